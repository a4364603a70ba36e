import { isIPv4 } from 'node:net'
import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { networksNamed } from '../networks.ts'
import type { Table } from './table.ts'

type AccessRule = Topology['access'][number]
type NetworkAddresses = Pick<RigAddresses, 'networks' | 'ipv6'>
type Subject = 'client' | 'sender' | 'recipient'

/** Subjects in the order in which smtpd(8) asks about them. */
export const SUBJECTS = ['client', 'sender', 'recipient'] as const

export interface AccessTables {
  /** access(5) tables per subject: accept or refuse. */
  access: Record<Subject, Table>
  /** Those whose mail may be relayed: looked up in smtpd_relay_restrictions. */
  relay: Record<Subject, Table>
  /**
   * Clients given as addresses and networks, cidr_table(5): indexed tables know addresses and whole octets only. The
   * first line that fits counts, so the smaller network stands before the larger.
   */
  networks: { access: Table; relay: Table }
}

/**
 * The topology's access rules as Postfix tables.
 *
 * sendmail's access database has one word, RELAY, where Postfix asks twice: may this mail be relayed, and is it welcome.
 */
export function accessTables(topology: Topology, addresses: NetworkAddresses): AccessTables {
  const tables: AccessTables = {
    access: { client: {}, sender: {}, recipient: {} },
    relay: { client: {}, sender: {}, recipient: {} },
    networks: { access: {}, relay: {} },
  }
  for (const rule of topology.access) {
    const { subject, value } = subjectOf(rule)
    const networks = subject === 'client' ? asNetworks(value, addresses) : []
    const relay = rule.action === 'RELAY'
    const action = actionText(rule.action)
    for (const network of networks) {
      tables.networks.access[network] = action
      if (relay) tables.networks.relay[network] = action
    }
    if (networks.length === 0) {
      tables.access[subject][value] = action
      if (relay) tables.relay[subject][value] = action
    }
  }
  const { networks: byNetwork } = tables
  return {
    ...tables,
    networks: { access: smallestFirst(byNetwork.access), relay: smallestFirst(byNetwork.relay) },
  }
}

function smallestFirst(table: Table): Table {
  const prefix = (network: string) => Number(network.split('/')[1] ?? 32)
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => prefix(b) - prefix(a)))
}

function subjectOf(rule: AccessRule): { subject: Subject; value: string } {
  if ('client' in rule) return { subject: 'client', value: rule.client }
  if ('sender' in rule) return { subject: 'sender', value: rule.sender }
  return { subject: 'recipient', value: rule.recipient }
}

function asNetworks(client: string, addresses: NetworkAddresses): string[] {
  const networks = networksNamed(client, addresses)
  return networks.length > 0 && networks.every((network) => isIPv4(network) || network.includes('/')) ? networks : []
}

/**
 * The right-hand side of access(5).
 *
 * DISCARD goes through the discard(8) transport rather than the access(5) word of that name: the reply and the fate of
 * the mail are the same, but the log then says of the queue id that it is gone.
 */
function actionText(action: AccessRule['action']): string {
  if (action === 'RELAY') return 'OK'
  if (action === 'DISCARD') return 'FILTER discard:access'
  if (typeof action === 'string') return action
  return [action.code, action.enhanced, action.text].filter((part) => part !== undefined).join(' ')
}
