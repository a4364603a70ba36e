import type { DerivedAccount } from '../derive-accounts.ts'
import type { PlannedOverlay } from '../overlay.ts'
import type { PlanInput } from '../plan.ts'
import { formatPlace } from '../source-tree.ts'

const MAIL_SETTINGS = new Set([
  'mail_location',
  'mail_path',
  'mail_home',
  'home',
  'mail_index_path',
  'args',
  'default_fields',
])

/** Folders of all virtual mailboxes, `/var/vmail` of `maildir:/var/vmail/%d/%n`: the host has them, and a copy of /etc has not. */
export function mailFolderOverlays({ survey }: PlanInput, accounts: readonly DerivedAccount[]): PlannedOverlay[] {
  const roots = new Map<string, string>()
  for (const { key, value, at } of survey.dovecotSettings) {
    if (key === undefined || !MAIL_SETTINGS.has(key)) continue
    for (const [, path = ''] of value.matchAll(/(?:^|[\s:=])(\/[\w./@-]*?)\/?%/g)) {
      if (/^\/(?:var|srv|home|opt|mnt|data)\/./.test(path) && !/^\/(?:var\/mail|var\/spool\/mail)$/.test(path)) {
        roots.set(path, roots.get(path) ?? formatPlace(at))
      }
    }
  }
  for (const { name, value, at } of survey.main.settings) {
    if (name === 'virtual_mailbox_base' && value.startsWith('/')) roots.set(value, roots.get(value) ?? formatPlace(at))
  }
  const owner = ownerOf(survey.dovecotSettings, accounts)
  if (owner === undefined) return []
  return [...roots].map(([path, from]) => ({
    kind: 'accounts' as const,
    path,
    what: `a folder of ${owner}, for mailboxes`,
    why: 'Dovecot could make no mailbox: "Internal error occurred"',
    from,
    steps: [{ run: ['sh', '-c', 'mkdir -p "$1" && chown "$2" "$1"', 'folder', path, owner] }],
  }))
}

/** Whom virtual mailboxes belong to, by name or number. */
function ownerOf(
  settings: PlanInput['survey']['dovecotSettings'],
  accounts: readonly DerivedAccount[],
): string | undefined {
  const named = settings.findLast(({ key }) => key === 'mail_uid' || key === 'userdb_static_uid')?.value
  const inFields = settings.flatMap(({ key, value }) =>
    key === 'args' || key === 'default_fields' ? (/\buid=(\w+)/.exec(value)?.[1] ?? []) : key === 'uid' ? value : [],
  )
  return (
    named ??
    inFields.at(-1) ??
    accounts.find(({ name, home }) => name === 'vmail' || home?.startsWith('/var/vmail'))?.name
  )
}
