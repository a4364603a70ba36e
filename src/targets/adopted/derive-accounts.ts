import { settingsOf } from './dovecot-text.ts'
import { formatPlace, type Place, textOf } from './source-tree.ts'
import { mainSetting, type Survey } from './survey.ts'

/** A Unix account that the configuration counts on. */
export interface DerivedAccount {
  name: string
  uid?: number
  gid?: number
  group?: string
  home?: string
  from: string
}

/** The lowest user id of people, and of those who own mail (adduser.conf(5)). */
const FIRST_PERSON = 1000

/**
 * The accounts a configuration names, with the ids it fixes: users of programs and of virtual mail, and the people in
 * /etc/passwd where that came along. Root and those every Debian has are left out by whoever makes them.
 */
export function deriveAccounts(survey: Survey): DerivedAccount[] {
  const found = new Map<string, DerivedAccount>()
  const add = (account: Omit<DerivedAccount, 'from'>, at: Place) => {
    const known = found.get(account.name)
    found.set(account.name, { from: formatPlace(at), ...known, ...account })
  }
  for (const account of fromPasswd(survey)) found.set(account.name, account)
  const virtual = fixedIds(survey)
  for (const { command, arguments: rest, at } of survey.master) {
    if (command !== 'pipe' && command !== 'spawn') continue
    const [, user, group] = /\buser=([\w.-]+)(?::([\w.-]+))?/.exec(rest.join(' ')) ?? []
    if (user !== undefined) add({ name: user, ...(group === undefined ? {} : { group }) }, at)
  }
  for (const { key, value, at } of survey.dovecotSettings) {
    if (key === 'mail_uid' || key === 'mail_gid' || key === 'user' || key === 'first_valid_uid') {
      if (key !== 'first_valid_uid' && /^[a-z][\w-]*$/.test(value) && !DOVECOT_OWN.has(value)) add({ name: value }, at)
    }
    if (key === 'group' && /^[a-z][\w-]*$/.test(value) && !DOVECOT_OWN.has(value)) add({ name: value }, at)
    // userdb { driver = static; args = uid=vmail gid=vmail home=… }
    const [, uid] = /\buid=([a-z][\w-]*)/.exec(key === 'args' || key === 'default_fields' ? value : '') ?? []
    if (uid !== undefined) add({ name: uid }, at)
  }
  if (virtual) {
    const owner = found.get('vmail') ?? [...found.values()].find(({ uid }) => uid === virtual.uid)
    if (owner) add({ name: owner.name, uid: owner.uid ?? virtual.uid, gid: owner.gid ?? virtual.gid }, virtual.at)
    else add({ name: 'vmail', uid: virtual.uid, gid: virtual.gid }, virtual.at)
  }
  return [...found.values()]
}

/** Accounts of Dovecot's package, and root. */
const DOVECOT_OWN = new Set(['root', 'dovecot', 'dovenull', 'postfix', '$default_internal_user', 'mail'])

/** virtual_uid_maps = static:5000 */
function fixedIds(survey: Survey): { uid: number; gid: number; at: Place } | undefined {
  const idOf = (name: string) => /^static:(\d+)$/.exec(mainSetting(survey, name)?.value ?? '')?.[1]
  const uid = idOf('virtual_uid_maps')
  const at = mainSetting(survey, 'virtual_uid_maps')?.at
  if (uid !== undefined && at) return { uid: Number(uid), gid: Number(idOf('virtual_gid_maps') ?? uid), at }
  const number = settingsOf(survey.dovecotSettings, 'mail_uid').at(-1)
  if (number && /^\d+$/.test(number.value)) {
    const gid = settingsOf(survey.dovecotSettings, 'mail_gid').at(-1)?.value ?? number.value
    return { uid: Number(number.value), gid: Number(/^\d+$/.test(gid) ? gid : number.value), at: number.at }
  }
  return undefined
}

function fromPasswd({ tree }: Survey): DerivedAccount[] {
  const mentioned = new Set(
    [...tree.files.values()].flatMap(({ path, content }) =>
      /^\/etc\/(?:postfix\/master\.cf|dovecot\/)/.test(path)
        ? (content.toString().match(/\b[a-z][\w-]+\b/g) ?? [])
        : [],
    ),
  )
  return (textOf(tree, '/etc/passwd') ?? '').split('\n').flatMap((line, index) => {
    const [name = '', , uid = '', gid = '', , home = ''] = line.split(':')
    const isPerson = Number(uid) >= FIRST_PERSON && Number(uid) < 60_000
    if (!/^[a-z_][\w-]*$/.test(name) || !/^\d+$/.test(uid) || !(isPerson || (Number(uid) > 0 && mentioned.has(name)))) {
      return []
    }
    return [{ name, uid: Number(uid), gid: Number(gid), home, from: `/etc/passwd:${index + 1}` }]
  })
}
