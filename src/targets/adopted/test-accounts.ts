import { randomBytes } from 'node:crypto'
import { sectionsOf } from './dovecot-text.ts'
import type { OverlayStep, PlannedOverlay } from './overlay.ts'
import type { PlanInput } from './plan.ts'
import { tablesIn } from './postfix-text.ts'
import { formatPlace, textOf } from './source-tree.ts'
import { accountsAreInSql } from './sql-queries.ts'
import type { Survey } from './survey.ts'
import type { TestAccount } from './test-account.ts'
import type { DomainKind } from './world-names.ts'

export interface TestAccounts {
  accounts: TestAccount[]
  overlays: PlannedOverlay[]
  /** Why there is none. */
  reason?: string
}

const NAMES = ['mailrig-one', 'mailrig-two'] as const

interface Domains {
  domains: readonly { name: string; kind: DomainKind; from: string }[]
  /** For accounts in a database, which names its domains itself. */
  ownDomain: string
}

/**
 * Two accounts with a password that mailrig knows, added by the means that the configuration has: a line in its
 * passwd-file, a Unix account. Where there is no such means, none, and the reason.
 */
export function testAccounts(input: PlanInput, { domains, ownDomain }: Domains): TestAccounts {
  const { survey } = input
  const none = (reason: string): TestAccounts => ({ accounts: [], overlays: [], reason })
  if (!survey.dovecot) return none('there is no Dovecot in it, so nobody can log in to read mail')
  const virtual = domains.find(({ kind }) => kind === 'virtual-mailbox')?.name
  const local = domains.find(
    ({ kind, name }) => kind === 'local' && name.includes('.') && !/^localhost/.test(name),
  )?.name
  const file = passwdFile(survey)
  if (file && (virtual ?? local) !== undefined) return inPasswdFile(input, file, virtual ?? local ?? '')
  if (accountsAreInSql(survey)) return inSql(virtual ?? ownDomain)
  const pam = unixPassdb(survey)
  if (pam !== undefined) return asUnixAccounts(pam, local ?? input.host)
  return none('its accounts are where mailrig cannot add one: declare one in mailrig.yaml')
}

interface PasswdFile {
  path: string
  /** Whether names in it are whole addresses. */
  whole: boolean
  from: string
}

/** The first passdb that is a file in the form of passwd(5), in the words of 2.3 or 2.4. */
function passwdFile({ tree, dovecotSettings }: Survey): PasswdFile | undefined {
  for (const { name, settings, at } of sectionsOf(dovecotSettings, 'passdb')) {
    const value = (key: string) => settings.findLast((setting) => setting.key === key)
    const isFile =
      value('driver')?.value === 'passwd-file' ||
      name === 'passwd-file' ||
      value('passdb_driver')?.value === 'passwd-file'
    const place = value('args') ?? value('passwd_file_path')
    if (!isFile || place === undefined) continue
    const path = place.value.split(/\s+/).findLast((word) => word.startsWith('/'))
    if (path === undefined || /[%{]/.test(path)) continue
    const format = /username_format=(\S+)/.exec(place.value)?.[1] ?? ''
    const lines = entriesOf(textOf(tree, path))
    const first = lines[0]?.split(':', 1).join('')
    const whole =
      first === undefined ? !/^%L?n$|username \| lower|%\{user \| username/.test(format) : first.includes('@')
    return { path, whole, from: formatPlace(place.at ?? at) }
  }
  return undefined
}

/** The place of a passdb that knows Unix accounts. */
function unixPassdb({ dovecotSettings }: Survey): string | undefined {
  for (const { name, settings, at } of sectionsOf(dovecotSettings, 'passdb')) {
    const driver = settings.findLast(({ key }) => key === 'driver' || key === 'passdb_driver')?.value ?? name
    if (['pam', 'passwd', 'shadow', 'bsdauth'].includes(driver)) return formatPlace(at)
  }
  return undefined
}

function entriesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => /^[^#\s][^:]*:/.test(line))
}

function inPasswdFile(input: PlanInput, { path, whole, from }: PasswdFile, domain: string): TestAccounts {
  const model = entriesOf(textOf(input.survey.tree, path))[0]
  const accounts = NAMES.map((name) => ({
    address: `${name}@${domain}`,
    user: whole ? `${name}@${domain}` : name,
    password: madeUpPassword(),
  }))
  const overlays = accounts.flatMap(({ address, user, password }): PlannedOverlay[] => [
    {
      kind: 'test-account',
      path,
      what: `one more line, for ${user}, whose password mailrig knows`,
      why: 'of those who are there only a hash is known: nobody could log in',
      from,
      steps: [{ append: { path, line: passwdLine(user, password, model) } }],
    },
    ...mailboxRow(input, address),
  ])
  return { accounts, overlays }
}

/** As the first line has it: the same ids, and a home beside the other's. */
function passwdLine(user: string, password: string, model: string | undefined): string {
  const [known = '', , uid = '', gid = '', , home = '', shell = ''] = model?.split(':') ?? []
  const localPart = (name: string) => name.split('@', 1).join('')
  const own = home.includes(localPart(known)) ? home.replaceAll(localPart(known), localPart(user)) : ''
  return `${user}:{PLAIN}${password}:${uid}:${gid}::${own}:${shell}`
}

/** Where Postfix lists mailboxes in a file, it has to know the address. */
function mailboxRow({ survey, postfix }: PlanInput, address: string): PlannedOverlay[] {
  const value = postfix?.values.get('virtual_mailbox_maps') ?? ''
  const table = tablesIn(value).find(
    ({ type, name }) => /^(?:hash|btree|cdb|lmdb|texthash)$/.test(type) && name.startsWith('/'),
  )
  if (!table) return []
  const [localPart = '', domain = ''] = address.split('@')
  const at = survey.main.settings.findLast(({ name }) => name === 'virtual_mailbox_maps')?.at
  return [
    {
      kind: 'test-account',
      path: table.name,
      what: `one more row, for ${address}`,
      why: 'Postfix would refuse mail for it: User unknown in virtual mailbox table',
      from: at ? formatPlace(at) : 'virtual_mailbox_maps',
      steps: [{ append: { path: table.name, line: `${address} ${domain}/${localPart}/` } }],
    },
  ]
}

/** Rows are laid over with the database. */
function inSql(domain: string): TestAccounts {
  const accounts = NAMES.map((name) => `${name}@${domain}`).map((address) => ({
    address,
    user: address,
    password: madeUpPassword(),
  }))
  return { accounts, overlays: [] }
}

const MAKE_UNIX =
  'useradd --create-home --shell /usr/sbin/nologin "$1" && chpasswd --crypt-method SHA512 --sha-rounds 1000'

function asUnixAccounts(from: string, domain: string): TestAccounts {
  const accounts = NAMES.map((name) => ({ address: `${name}@${domain}`, user: name, password: madeUpPassword() }))
  const overlays = accounts.map(({ user, password }): PlannedOverlay => {
    const make: OverlayStep = { run: ['sh', '-c', MAKE_UNIX, 'account', user], input: `${user}:${password}\n` }
    return {
      kind: 'test-account',
      path: user,
      what: 'a Unix account, whose password mailrig knows',
      why: 'of those who are there no password is known: nobody could log in',
      from,
      steps: [make],
    }
  })
  return { accounts, overlays }
}

/** Opens nothing but a container that ends soon. */
function madeUpPassword(): string {
  return randomBytes(12).toString('hex')
}
