import type { Topology } from '../../topology/topology.ts'
import { FIRST_ACCOUNT_ID } from '../account-ids.ts'
import { procmailFiles } from '../procmailrc.ts'
import type { ServerFile } from '../rendering.ts'

/**
 * Unix accounts, as lines that the image's entrypoint appends to /etc/passwd and /etc/group, and their dot files,
 * which it gives to them: local(8) reads ~/.forward with the rights of its owner.
 */
export function accountFiles(local: Topology['local']): ServerFile[] {
  const accounts = Object.entries(local?.accounts ?? {}).map(([name, account], index) => ({
    name,
    id: FIRST_ACCOUNT_ID + index,
    home: `/home/${name}`,
    forward: account.forward,
  }))
  if (accounts.length === 0) return []
  return [
    {
      path: '/etc/mailrig/passwd',
      content: accounts.map(({ name, id, home }) => `${name}:x:${id}:${id}::${home}:/bin/sh\n`).join(''),
    },
    { path: '/etc/mailrig/group', content: accounts.map(({ name, id }) => `${name}:x:${id}:\n`).join('') },
    ...accounts.flatMap(({ home, forward }) =>
      forward === undefined ? [] : [{ path: `${home}/.forward`, content: `${forward.join('\n')}\n` }],
    ),
    ...procmailFiles(local),
  ]
}
