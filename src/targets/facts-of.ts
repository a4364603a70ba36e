import type { Side } from '../engine/side.ts'
import { STORE_PORTS } from '../servers/store-ports.ts'
import type { Topology } from '../topology/topology.ts'
import type { AliasFact, Facts } from './facts.ts'
import { needsStore } from './needs.ts'
import { storeAccounts } from './store-accounts.ts'

const SIDES: readonly Side[] = ['lan', 'internet']

/** What tests may rely on in a target that mailrig renders: all of it stands in the topology. */
export function factsOf(topology: Topology): Facts {
  const facts: Omit<Facts, 'origins'> = {
    host: topology.host,
    domains: domainsOf(topology),
    accounts: accountsOf(topology),
    aliases: aliasesOf(topology),
    catchAll: [...Object.entries(topology.domains), ...Object.entries(topology.virtualAliasDomains)]
      .filter(([, { catchAll }]) => catchAll !== undefined)
      .map(([domain]) => domain),
    unknown: unknownOf(topology),
    ...(topology.recipientDelimiter === null ? {} : { recipientDelimiter: topology.recipientDelimiter }),
    sizeLimit: topology.limits.messageSize,
    services: servicesOf(topology),
    trusted: SIDES.filter((side) => topology.trustedNetworks.includes(side)),
    ...(topology.smarthost ? { smarthost: `${topology.smarthost.upstream}.example` } : {}),
  }
  return { ...facts, origins: Object.fromEntries(Object.keys(facts).map((field) => [field, 'the topology'])) }
}

function domainsOf({ domains, virtualAliasDomains, local, relayDomains }: Topology): Facts['domains'] {
  const all: Record<Facts['domains'][number]['kind'], readonly string[]> = {
    'virtual-mailbox': Object.keys(domains),
    'virtual-alias': Object.keys(virtualAliasDomains),
    local: local?.domains ?? [],
    relay: relayDomains,
  }
  return (Object.keys(all) as (keyof typeof all)[]).flatMap((kind) =>
    all[kind].map((name) => ({ name: name.toLowerCase(), kind })),
  )
}

/** Mailboxes and Unix accounts, these also where the store knows nothing of them. */
function accountsOf(topology: Topology): Facts['accounts'] {
  return storeAccounts({ ...topology, store: { ...topology.store, localAccounts: true } })
}

function aliasesOf({ domains, virtualAliasDomains, local, host }: Topology): AliasFact[] {
  const virtual = [...Object.entries(domains), ...Object.entries(virtualAliasDomains)].flatMap(
    ([domain, { aliases }]) => Object.entries(aliases).map(([alias, to]) => ({ address: `${alias}@${domain}`, to })),
  )
  // What else an alias may name, a program, a file or a list, is no address.
  const mailed = (target: string) => !/^[|/:"\\]/.test(target)
  const system = Object.entries(local?.aliases ?? {})
    .filter(([, to]) => to.every(mailed))
    .map(([alias, to]) => ({
      address: `${alias}@${host}`,
      to: to.map((target) => (target.includes('@') ? target : `${target}@${host}`)),
    }))
  return [...virtual, ...system]
}

/** One of each domain where not every local part is taken. */
function unknownOf(topology: Topology): string[] {
  const { domains, virtualAliasDomains, local, host } = topology
  const open = [...Object.entries(domains), ...Object.entries(virtualAliasDomains)].filter(
    ([, { catchAll }]) => catchAll === undefined,
  )
  const names = [...open.map(([domain]) => domain), ...(local?.domains ?? [])]
  const taken = new Set([...accountsOf(topology), ...aliasesOf(topology)].map(({ address }) => address.toLowerCase()))
  const made = (names.length > 0 ? names : [host]).map((domain) => `nobody-of-this-name@${domain}`)
  return made.filter((address) => !taken.has(address))
}

function servicesOf(topology: Topology): Facts['services'] {
  const { imap, pop3, managesieve, imaps, pop3s, lmtp } = STORE_PORTS
  const store: Facts['services'] = [
    { service: 'imap', port: imap },
    { service: 'pop3', port: pop3 },
    { service: 'managesieve', port: managesieve },
    { service: 'lmtp', port: lmtp },
  ]
  const tls: Facts['services'] = [
    { service: 'imaps', port: imaps },
    { service: 'pop3s', port: pop3s },
  ]
  return [
    { service: 'smtp', port: 25 },
    { service: 'submission', port: 587 },
    ...(needsStore(topology) ? [...store, ...(topology.store.tls === 'none' ? [] : tls)] : []),
  ]
}
