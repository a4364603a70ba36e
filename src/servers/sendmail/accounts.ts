import type { Topology } from '../../topology/topology.ts'
import type { ServerFile } from '../contract.ts'

/** Debian gives the first ordinary account this number, adduser.conf(5). */
const FIRST_UID = 1000

/** Lines of passwd(5) and group(5) for the entry point to add, and every ~/.forward. */
export function accountFiles({ local }: Topology): ServerFile[] {
  const accounts = Object.entries(local?.accounts ?? {})
  const passwd = accounts.map(([name], index) => {
    const id = FIRST_UID + index
    return `${name}:x:${id}:${id}::/home/${name}:/bin/sh\n`
  })
  const group = accounts.map(([name], index) => `${name}:x:${FIRST_UID + index}:\n`)
  return [
    { path: '/etc/mailrig/passwd', content: passwd.join('') },
    { path: '/etc/mailrig/group', content: group.join('') },
    ...accounts.flatMap(([name, { forward }]) =>
      forward ? [{ path: `/home/${name}/.forward`, content: `${forward.join('\n')}\n` }] : [],
    ),
  ]
}
