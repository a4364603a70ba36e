import type { Topology } from '../../topology/topology.ts'
import type { ServerFile } from '../rendering.ts'
import { PATHS } from './paths.ts'
import { mailboxHome, plainHome } from './users.ts'

/**
 * Every Sieve script of the topology, in its mailbox's home under the name `topology`, and the list of the homes that
 * have one, by which the image activates and compiles them: a script with an error ends the start.
 */
export function sieveFiles({ domains, accounts }: Topology): ServerFile[] {
  // A template of Dovecot, by which it finds a home in a directory, can write no character otherwise.
  const homeOf = accounts === 'ldap' ? plainHome : mailboxHome
  const scripts = Object.entries(domains).flatMap(([domain, { mailboxes }]) =>
    Object.entries(mailboxes).flatMap(([localPart, { sieve }]) =>
      sieve === undefined ? [] : [{ home: homeOf(domain, localPart.toLowerCase()), sieve }],
    ),
  )
  if (scripts.length === 0) return []
  return [
    ...scripts.map(({ home, sieve }) => ({ path: `${home}/sieve/topology.sieve`, content: sieve })),
    { path: PATHS.sieveHomes, content: scripts.map(({ home }) => `${home}\n`).join('') },
  ]
}
