import { storeAccounts } from '../targets/store-accounts.ts'
import type { AliasFact, Facts } from '../targets/facts.ts'
import type { Topology } from '../topology/topology.ts'

/** A local part that nobody has. */
const NOBODY = 'nobody-has-this-name'

/** What a topology says of the server made of it. The sides that can be reached, and the ports, are the rig's to say. */
export function factsOfTopology(topology: Topology): Omit<Facts, 'services' | 'trusted'> {
  const { host, domains, virtualAliasDomains, local, relayDomains, recipientDelimiter, limits, smarthost } = topology
  const own = [...Object.entries(domains), ...Object.entries(virtualAliasDomains)]
  const catchAll = own.filter(([, domain]) => domain.catchAll !== undefined).map(([name]) => name)
  const names: Facts['domains'] = [
    ...Object.keys(domains).map((name) => ({ name, kind: 'virtual-mailbox' as const })),
    ...Object.keys(virtualAliasDomains).map((name) => ({ name, kind: 'virtual-alias' as const })),
    ...(local?.domains ?? []).map((name) => ({ name, kind: 'local' as const })),
    ...relayDomains.map((name) => ({ name, kind: 'relay' as const })),
  ]
  const fields = {
    host,
    domains: names,
    accounts: storeAccounts(topology),
    aliases: own.flatMap(([name, domain]) => aliasesOf(name, domain.aliases)),
    catchAll,
    unknown: names
      .filter(({ name, kind }) => kind !== 'relay' && !catchAll.includes(name))
      .map(({ name }) => `${NOBODY}@${name}`),
    sizeLimit: limits.messageSize,
    ...(recipientDelimiter === null ? {} : { recipientDelimiter }),
    ...(smarthost === undefined ? {} : { smarthost: smarthost.upstream }),
  }
  return { ...fields, origins: Object.fromEntries(Object.keys(fields).map((field) => [field, 'the topology'])) }
}

function aliasesOf(domain: string, aliases: Readonly<Record<string, readonly string[]>>): AliasFact[] {
  return Object.entries(aliases).map(([local, to]) => ({ address: `${local}@${domain}`, to }))
}
