import { nearest } from '../errors/did-you-mean.ts'
import { filterServersOf } from '../servers/filters/filter-servers.ts'
import type { Topology } from '../topology/topology.ts'
import { Misread } from './misread.ts'
import { type Connect, type Fault, isOfMta, type Statement } from './statement.ts'

/** Every mailbox, account, upstream and filter that a statement names has to be in the topology. @throws Misread */
export function checkNames(statements: readonly Statement[], topology: Topology): void {
  const mailboxes = Object.entries(topology.domains).flatMap(([domain, settings]) =>
    Object.keys(settings.mailboxes).map((local) => ({ local, address: `${local}@${domain}` })),
  )
  const unix = topology.store.localAccounts ? Object.keys(topology.local?.accounts ?? {}) : []
  mailboxes.push(...unix.map((local) => ({ local, address: `${local}@${topology.host}` })))
  const accounts = [...Object.keys(topology.local?.accounts ?? {}), 'root']
  const known = (place: Statement['place'], what: string, name: string, names: readonly string[]) => {
    if (names.includes(name)) return
    throw Misread.none(place, `${what} ${JSON.stringify(name)}`, 'one the topology declares', name, names)
  }
  const filter = (place: Statement['place'], what: string, name: string, names: readonly string[]) => {
    if (name !== '') known(place, `the ${what}`, name, names)
    else if (names.length === 0) {
      const key = what === 'milter' ? 'milters' : 'policies'
      throw Misread.found(place, `a ${what}`, `a topology that declares one, such as ${key}: [filter]`)
    }
  }
  for (const statement of statements) {
    const { place } = statement
    if (statement.kind === 'upstream-order') known(place, 'the upstream', statement.upstream, topology.upstreams)
    else if (statement.kind === 'upstream') known(place, 'the upstream', statement.name, topology.upstreams)
    else if (statement.kind === 'fault') {
      checkMachine(statement, mailboxes.length > 0)
      const { fault } = statement
      if ('filter' in fault)
        known(
          place,
          'the filter',
          fault.filter,
          filterServersOf(topology).map(({ name }) => name),
        )
    } else if (statement.kind === 'message') {
      if (statement.signed) known(place, 'the key of', statement.signed.domain, Object.keys(topology.dkim))
    } else if (statement.kind === 'milter' || statement.kind === 'milter-order') {
      filter(place, 'milter', statement.name, Object.keys(topology.milters))
    } else if (statement.kind === 'policy-order') {
      filter(place, 'policy service', statement.name, Object.keys(topology.policies))
    } else if (statement.kind === 'local') known(place, 'the account', statement.name, accounts)
    else if (statement.kind === 'mailbox') checkMailbox(statement.name, place, mailboxes)
    else if (statement.kind === 'connect' && statement.ipv6) checkIpv6(statement, topology)
    else if (statement.kind === 'connect' && statement.client !== undefined) {
      known(place, 'the client', statement.client, Object.keys(topology.clients))
    } else if (statement.kind === 'connect' && !isOfMta(statement.protocol)) {
      if (mailboxes.length === 0)
        throw Misread.found(place, statement.protocol, 'a topology with a mailbox: without one there is no mail store')
    }
  }
}

function checkIpv6({ place, client }: Connect, { ipv6 }: Topology): void {
  if (!ipv6) throw Misread.found(place, 'a connection over ipv6', 'a topology with `ipv6: true`')
  if (client !== undefined) {
    throw Misread.found(place, `${client} over ipv6`, 'lan or internet: clients of the topology have IPv4 addresses')
  }
}

function checkMachine({ fault, place }: Fault, hasStore: boolean): void {
  if (!('of' in fault) || fault.of === 'mta' || hasStore) return
  throw Misread.found(place, 'store', 'a topology with a mailbox: without one there is no mail store')
}

function checkMailbox(
  name: string,
  place: Statement['place'],
  mailboxes: readonly { local: string; address: string }[],
): void {
  const meant = mailboxes.filter(({ local, address }) => local === name || address === name)
  if (meant.length === 1) return
  const addresses = (meant.length === 0 ? mailboxes : meant).map(({ address }) => address)
  if (meant.length > 1) {
    const several = `${JSON.stringify(name)}, of which there are several`
    throw Misread.found(place, several, `one the topology declares: ${addresses.join(', ')}`)
  }
  const near = mailboxes.find(
    ({ local }) =>
      local ===
      nearest(
        name,
        mailboxes.map((one) => one.local),
      ),
  )
  throw Misread.none(
    place,
    `the mailbox ${JSON.stringify(name)}`,
    'one the topology declares',
    name.includes('@') || !near ? name : near.address,
    addresses,
  )
}
