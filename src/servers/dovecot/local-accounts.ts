import type { Topology } from '../../topology/topology.ts'
import type { ServerFile } from '../rendering.ts'
import { unixAccounts } from '../unix-accounts.ts'
import { PATHS } from './paths.ts'

/**
 * The Unix accounts of the MTA's host once more, for PAM: the entry point gives them their passwords. A wrong password is
 * answered at once (pam_unix(8), nodelay): a test means it.
 */
export function localAccountFiles({ store, local }: Topology): ServerFile[] {
  if (!store.localAccounts) return []
  const secrets = Object.entries(local?.accounts ?? {}).map(([name, { password }]) => `${name}:${password}\n`)
  return [
    ...unixAccounts(local),
    { path: PATHS.secrets, content: secrets.join(''), mode: 0o600 },
    { path: PATHS.pam, content: 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n' },
  ]
}
