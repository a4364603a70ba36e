import { isIPv6 } from 'node:net'
import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { authInfoEntries } from './auth-info.ts'
import { networkKeys } from './networks.ts'
import { outboundTlsEntries } from './outbound-tls.ts'
import { table } from './table.ts'

type Rule = Topology['access'][number]

/**
 * The access table: relaying for networks and domains, then the topology's rules. The first three entries are Debian's:
 * whoever is to receive complaints does so whatever the sender is.
 *
 * @see cf/README of sendmail, "ANTI-SPAM CONFIGURATION CONTROL"
 */
export function access(topology: Topology, addresses: RigAddresses): string {
  const friends = ['postmaster', 'abuse', 'spam'].map((name): [string, string] => [`Spam:${name}@`, 'FRIEND'])
  const trusted = topology.trustedNetworks
    .flatMap((network) => networkKeys(network, addresses))
    .map((key): [string, string] => [`Connect:${key}`, 'RELAY'])
  // A Sieve script's replies and redirections leave by way of this server.
  const storeEntry: [string, string][] = addresses.store === undefined ? [] : [[`Connect:${addresses.store}`, 'RELAY']]
  // 0 is no limit.
  const limited: [string, string][] =
    topology.limits.connections === undefined
      ? []
      : [
          ['ClientConn:', String(topology.limits.connections)],
          ...['127.0.0.1', ...(addresses.store === undefined ? [] : [addresses.store])].map(
            (address): [string, string] => [`ClientConn:${address}`, '0'],
          ),
          ...trusted.map(([key]): [string, string] => [key.replace('Connect:', 'ClientConn:'), '0']),
        ]
  const relayed = topology.relayDomains.map((domain): [string, string] => [`To:${domain}`, 'RELAY'])
  const rules = topology.access.flatMap((rule) =>
    ruleKeys(rule, addresses).map((key): [string, string] => [key, word(rule.action)]),
  )
  // On the way to the store it would only cost time; no other MTA of the matrix does it either.
  const store: [string, string][] = addresses.store === undefined ? [] : [[`Try_TLS:${addresses.store}`, 'NO']]
  return table(
    'access',
    lastWins([
      ...store,
      ...outboundTlsEntries(topology, addresses),
      ...authInfoEntries(topology, addresses),
      ...friends,
      ...trusted,
      ...storeEntry,
      ...limited,
      ...relayed,
      ...rules,
    ]),
  )
}

function ruleKeys(rule: Rule, addresses: RigAddresses): string[] {
  if ('sender' in rule) return [`From:${rule.sender}`]
  if ('recipient' in rule) return [`To:${rule.recipient}`]
  const client = isIPv6(rule.client) ? `${rule.client}/128` : rule.client
  const isNetwork = /^(?:lan|internet)(?:-ipv[46])?$|\/\d+$/.test(client)
  return isNetwork ? networkKeys(client, addresses).map((key) => `Connect:${key}`) : [`Connect:${client}`]
}

function word(action: Rule['action']): string {
  if (typeof action === 'string') return action
  // Within quotes the text keeps its spacing; a quote in it would end them.
  const reply = `"${action.code} ${action.text.replaceAll('"', "'")}"`
  return action.enhanced ? `ERROR:${action.enhanced}:${reply}` : `ERROR:${reply}`
}

/** makemap refuses a key that comes twice; the rule written later is the more particular one. */
function lastWins(rows: [string, string][]): [string, string][] {
  return [...new Map(rows.map(([key, value]) => [key.toLowerCase(), [key, value] as [string, string]])).values()]
}
