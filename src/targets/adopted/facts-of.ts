import { randomBytes } from 'node:crypto'
import { DISTANT_ADDRESS } from '../../engine/distant-client.ts'
import type { Side } from '../../engine/side.ts'
import type { RigAddresses } from '../../servers/addresses.ts'
import type { AliasFact, Facts, ServiceName } from '../facts.ts'
import type { Adopted } from './adopted.ts'
import { contains } from './contains.ts'
import type { Listener } from './listening.ts'
import type { MtaSays } from './mta-says.ts'
import { tablesIn } from './postfix-text.ts'
import { originOf, type PostfixSettings } from './settings.ts'
import { textOf } from './source-tree.ts'
import type { Survey } from './survey.ts'
import type { TestAccount } from './test-account.ts'
import type { Smarthost } from './world-names.ts'

/** The usual meaning of a port (RFC 5321, 6409, 8314, 9051, 1939, 5804). */
const SERVICES: Record<number, ServiceName> = {
  25: 'smtp',
  110: 'pop3',
  143: 'imap',
  465: 'submissions',
  587: 'submission',
  993: 'imaps',
  995: 'pop3s',
  4190: 'managesieve',
}

/** Of more domains, a few tell what holds for all. */
const MOST_DOMAINS = 8

interface FactInput {
  adopted: Adopted
  says: MtaSays | undefined
  accounts: readonly TestAccount[]
  listening: readonly Listener[]
  addresses: RigAddresses
  smarthosts: readonly Smarthost[]
  /** Addresses that clients of each side come from. */
  clients: Record<Side, string>
}

/** What tests may rely on: what the servers say of themselves, completed by mailrig.yaml. */
export function factsOf(input: FactInput): Facts {
  const { adopted, says, accounts, listening, smarthosts, clients } = input
  const { survey, declared, name } = adopted
  const domains = says?.domains ?? []
  const tables = aliasTables(survey, says?.postfix)
  const listed = domains.length > 0 ? domains : [{ name: name.host, kind: 'local' as const, from: name.from }]
  const mailboxes = listed.filter(({ kind }) => kind === 'virtual-mailbox')
  const own = [...(declared.domains ?? []), ...[...mailboxes, ...listed].map((one) => one.name)]
  const catchAll = [...new Set([...(declared.catchAll ?? []), ...tables.catchAll])]
  const undeclared = (own.length > 0 ? own : [name.host]).filter(
    (domain) => !declared.unknown?.some((address) => address.endsWith(`@${domain}`)),
  )
  const networks = says?.networks ?? []
  const [smarthost] = smarthosts
  const server = survey.mta?.name ?? 'dovecot'
  const where = (parameter: string) => (says?.postfix ? originOf(survey, parameter) : server)
  return {
    host: name.host,
    domains: [
      ...listed.map(({ name: domain, kind }) => ({ name: domain, kind })),
      ...(declared.domains ?? []).map((domain) => ({ name: domain, kind: 'virtual-mailbox' as const })),
    ],
    accounts: [
      ...(declared.accounts ?? []).map(({ address, user = address, password }) => ({
        address,
        user,
        ...(password === undefined ? {} : { password }),
      })),
      ...accounts,
    ],
    aliases: [...Object.entries(declared.aliases ?? {}).map(([address, to]) => ({ address, to })), ...tables.aliases],
    catchAll,
    unknown: [...(declared.unknown ?? []), ...unknownIn(undeclared, catchAll)],
    ...(says?.recipientDelimiter === undefined ? {} : { recipientDelimiter: says.recipientDelimiter }),
    ...(says?.sizeLimit === undefined ? {} : { sizeLimit: says.sizeLimit }),
    services: servicesOf(listening),
    trusted: (['lan', 'internet'] as const).filter((side) => isFriend(side, networks, clients)),
    ...(smarthost === undefined ? {} : { smarthost: smarthost.name }),
    origins: {
      host: name.from,
      domains: listed.map(({ from }) => from).join(', '),
      aliases: tables.from.join(', '),
      recipientDelimiter: where('recipient_delimiter'),
      sizeLimit: where('message_size_limit'),
      trusted: says?.networksFrom ?? server,
      services: 'what listens in the rig',
      ...(smarthost === undefined ? {} : { smarthost: smarthost.from }),
    },
  }
}

/** A service is there for clients where its port listens on more than the loopback address. */
function servicesOf(listening: readonly Listener[]): Facts['services'] {
  const open = listening.filter(({ host }) => !/^127\.|^::1$/.test(host))
  const ports = [...new Set(open.map(({ port }) => port))]
  return ports.flatMap((port) => {
    const service = SERVICES[port]
    return service === undefined ? [] : [{ service, port }]
  })
}

/**
 * Whether clients of a side may relay. Who trusts the address of a distant client trusts the whole internet: its clients
 * stay strangers, and what they can do is a fault.
 */
function isFriend(side: Side, networks: readonly string[], clients: FactInput['clients']): boolean {
  const trusts = (address: string) => networks.some((one) => contains(one, address))
  return trusts(clients[side]) && !(side === 'internet' && trusts(DISTANT_ADDRESS))
}

/** An address that nobody has in each domain; none of a domain that takes every name. */
function unknownIn(domains: readonly string[], catchAll: readonly string[]): string[] {
  const strict = [...new Set(domains)].filter((one) => !/^localhost/.test(one) && !catchAll.includes(one))
  return strict.slice(0, MOST_DOMAINS).map((domain) => `nobody-${randomBytes(4).toString('hex')}@${domain}`)
}

/** Tables of files: rows of addresses, and of whole domains. */
function aliasTables(
  survey: Survey,
  postfix: PostfixSettings | undefined,
): { aliases: AliasFact[]; catchAll: string[]; from: string[] } {
  const found = { aliases: [] as AliasFact[], catchAll: [] as string[], from: [] as string[] }
  for (const parameter of ['virtual_alias_maps', 'virtual_mailbox_maps']) {
    for (const { type, name: path } of tablesIn(postfix?.values.get(parameter) ?? '')) {
      if (!/^(?:hash|btree|cdb|lmdb|texthash)$/.test(type)) continue
      const text = textOf(survey.tree, path)
      if (text === undefined) continue
      if (parameter === 'virtual_alias_maps') found.from.push(path)
      for (const line of text.split('\n')) {
        const [, key = '', right = ''] = /^([^#\s]\S*)\s+(.*)$/.exec(line) ?? []
        if (/^@[^@\s]+$/.test(key)) found.catchAll.push(key.slice(1).toLowerCase())
        else if (parameter === 'virtual_alias_maps' && key.includes('@')) {
          found.aliases.push({ address: key, to: right.split(/\s*,\s*|\s+/).filter(Boolean) })
        }
      }
    }
  }
  return found
}
