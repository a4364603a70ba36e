import type { Topology } from '../topology/topology.ts'

/**
 * In whose name each user may send where `submission.senders` is `own`: user → addresses, those of its mailbox first, then
 * aliases that lead to it.
 */
export function ownSenders({ domains, virtualAliasDomains }: Topology): Map<string, string[]> {
  const own = new Map<string, string[]>()
  for (const [domain, { mailboxes }] of Object.entries(domains)) {
    for (const name of Object.keys(mailboxes)) own.set(`${name}@${domain}`, [`${name}@${domain}`])
  }
  for (const [domain, { aliases }] of [...Object.entries(domains), ...Object.entries(virtualAliasDomains)]) {
    for (const [alias, targets] of Object.entries(aliases)) {
      for (const target of targets) own.get(target)?.push(`${alias}@${domain}`)
    }
  }
  return own
}

/** The same the other way round, as Postfix asks: address → users. */
export function ownersOfSenders(topology: Topology): Record<string, string[]> {
  const owners: Record<string, string[]> = {}
  for (const [user, addresses] of ownSenders(topology)) {
    for (const address of addresses) owners[address] = [...(owners[address] ?? []), user]
  }
  return owners
}
