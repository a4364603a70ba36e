import type { Topology } from '../topology/topology.ts'
import type { ServerFile } from './rendering.ts'

/**
 * uid and gid of the first Unix account of a topology; the others follow in its order. Above what Debian gives to system
 * users and to the first people added by hand. The MTA's host and the mail store must agree: they may share a spool.
 */
const FIRST_ID = 2000

/**
 * The lines of passwd(5) and group(5) that docker/init/init.pl adds before a server starts. It gives each home, and what is
 * in it, to its user.
 */
export function unixAccounts(local: Topology['local']): ServerFile[] {
  const names = Object.keys(local?.accounts ?? {})
  if (names.length === 0) return []
  const lines = (line: (name: string, id: number) => string) => names.map((name, index) => line(name, FIRST_ID + index))
  return [
    {
      path: '/etc/mailrig/passwd',
      content: lines((name, id) => `${name}:x:${id}:${id}::/home/${name}:/bin/sh\n`).join(''),
    },
    { path: '/etc/mailrig/group', content: lines((name, id) => `${name}:x:${id}:\n`).join('') },
  ]
}

/** Each ~/.forward. */
export function forwardFiles(local: Topology['local']): ServerFile[] {
  return Object.entries(local?.accounts ?? {}).flatMap(([name, { forward }]) =>
    forward === undefined ? [] : [{ path: `/home/${name}/.forward`, content: forward.map((to) => `${to}\n`).join('') }],
  )
}
