import type { Topology } from '../../topology/topology.ts'
import { FIRST_ACCOUNT_ID } from '../account-ids.ts'
import type { ServerFile } from '../rendering.ts'

/** Lines of passwd(5) and group(5) for the entry point to add, and every ~/.forward. */
export function accountFiles({ local }: Topology): ServerFile[] {
  const accounts = Object.entries(local?.accounts ?? {})
  const passwd = accounts.map(([name], index) => {
    const id = FIRST_ACCOUNT_ID + index
    return `${name}:x:${id}:${id}::/home/${name}:/bin/sh\n`
  })
  const group = accounts.map(([name], index) => `${name}:x:${FIRST_ACCOUNT_ID + index}:\n`)
  return [
    { path: '/etc/mailrig/passwd', content: passwd.join('') },
    { path: '/etc/mailrig/group', content: group.join('') },
    ...accounts.flatMap(([name, { forward }]) =>
      forward ? [{ path: `/home/${name}/.forward`, content: `${forward.join('\n')}\n` }] : [],
    ),
  ]
}
