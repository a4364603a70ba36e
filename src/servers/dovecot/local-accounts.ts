import type { Topology } from '../../topology/topology.ts'
import { FIRST_ACCOUNT_ID } from '../account-ids.ts'
import type { ServerFile } from '../rendering.ts'
import { PATHS } from './paths.ts'

/**
 * The Unix accounts of the MTA's host once more, for PAM: the entry point makes them, and gives them their passwords. A
 * wrong password is answered at once (pam_unix(8), nodelay): a test means it.
 */
export function localAccountFiles({ store, local }: Topology): ServerFile[] {
  if (!store.localAccounts) return []
  const accounts = Object.entries(local?.accounts ?? {}).map(([name, { password }], index) => ({
    name,
    password,
    id: FIRST_ACCOUNT_ID + index,
  }))
  return [
    {
      path: PATHS.accounts,
      content: lines(accounts.map(({ name, id }) => `${name}:x:${id}:${id}::/home/${name}:/bin/sh`)),
    },
    { path: PATHS.groups, content: lines(accounts.map(({ name, id }) => `${name}:x:${id}:`)) },
    { path: PATHS.secrets, content: lines(accounts.map(({ name, password }) => `${name}:${password}`)), mode: 0o600 },
    { path: PATHS.pam, content: 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n' },
  ]
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
