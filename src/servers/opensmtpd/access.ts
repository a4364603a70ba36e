import { isIPv4 } from 'node:net'
import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { networksNamed } from '../networks.ts'
import { listTable, quoted } from './conf-text.ts'
import { refuse } from './refuse.ts'

type Rule = Topology['access'][number]
type Kind = 'client' | 'sender' | 'recipient'

interface Entry {
  kind: Kind
  values: string[]
  action: Rule['action']
  /** Higher wins, as access(5) looks for an address before its domain, and for a domain before its parent. */
  specificity: number
}

/** Which filter looks at what: client and sender are asked about at MAIL, the recipient at RCPT. */
const LOOKS = {
  client: { phase: 'mail-from', condition: 'src' },
  sender: { phase: 'mail-from', condition: 'mail-from' },
  recipient: { phase: 'rcpt-to', condition: 'rcpt-to' },
} as const

/** Access rules as parts of smtpd.conf(5). */
export interface AccessParts {
  /** Tables and filters. */
  filters: string[]
  /** Names of the filters, in the order in which they are asked. */
  chain: string[]
  /** `from …` and `for …` of mail that is taken and thrown away. */
  discarded: string[]
  /** The same of mail that is relayed. */
  relayed: string[]
}

/**
 * Of the rules about one thing (client, sender, recipient) the most specific one that fits counts: filters are asked in
 * that order, and `bypass` ends the questions (smtpd.conf(5), "MAIL FILTERING").
 */
export function accessParts(topology: Topology, addresses: RigAddresses): AccessParts {
  const entries = (['client', 'sender', 'recipient'] as const).flatMap((kind) => entriesOf(topology, kind, addresses))
  const parts: AccessParts = { filters: [], chain: [], discarded: [], relayed: [] }
  for (const [index, { kind, values, action }] of entries.entries()) {
    const table = `access_${index}`
    parts.filters.push(listTable(table, values))
    const { phase, condition } = LOOKS[kind]
    const decision = typeof action === 'object' || action === 'REJECT' ? `reject ${quoted(textOf(action))}` : undefined
    const spares = entries.slice(index + 1).some((other) => other.kind === kind && isRefusal(other.action))
    if (kind === 'client' && spares && entries.some((other) => other.kind === 'sender' && isRefusal(other.action))) {
      refuse('access', 'OpenSMTPD would spare the sender of a client that it spares, too: it asks about both at MAIL')
    }
    if (decision !== undefined || spares) {
      parts.chain.push(`access_filter_${index}`)
      parts.filters.push(
        `filter access_filter_${index} phase ${phase} match ${condition} <${table}> ${decision ?? 'bypass'}`,
      )
    }
    const where = whereOf(kind, table)
    if (action === 'DISCARD') parts.discarded.push(where)
    if (action === 'RELAY') parts.relayed.push(where)
  }
  return parts
}

function isRefusal(action: Rule['action']): boolean {
  return typeof action === 'object' || action === 'REJECT'
}

function textOf(action: Rule['action']): string {
  if (typeof action !== 'object') return '550 5.7.1 Access denied'
  return [action.code, action.enhanced, action.text].filter((part) => part !== undefined).join(' ')
}

function whereOf(kind: Kind, table: string): string {
  if (kind === 'client') return `from src <${table}> for any`
  if (kind === 'sender') return `from any mail-from <${table}> for any`
  return `from any for rcpt-to <${table}>`
}

function entriesOf({ access }: Topology, kind: Kind, addresses: RigAddresses): Entry[] {
  return access
    .flatMap((rule): Entry[] => {
      const pattern = (rule as Partial<Record<Kind, string>>)[kind]
      if (pattern === undefined) return []
      const matches = kind === 'client' ? networksNamed(pattern, addresses).map(client) : [mail(pattern)]
      return matches.map((match) => ({ kind, action: rule.action, ...match }))
    })
    .toSorted((a, b) => b.specificity - a.specificity)
}

/** `user@domain`, `user@` in any domain, or `domain` with all below it. */
function mail(pattern: string): Pick<Entry, 'values' | 'specificity'> {
  if (pattern === '<>') refuse('access', 'OpenSMTPD has no way to name the null sender in a table')
  if (pattern.endsWith('@')) return { values: [pattern], specificity: 500 }
  if (pattern.includes('@')) return { values: [pattern], specificity: 1000 }
  return { values: [`@${pattern}`, `@*.${pattern}`], specificity: pattern.split('.').length }
}

/** An address, a network, the leading octets of one, or a side of the rig. */
function client(pattern: string): Pick<Entry, 'values' | 'specificity'> {
  if (isIPv4(pattern)) return { values: [pattern], specificity: 32 }
  if (pattern.includes(':')) return { values: [pattern], specificity: Number(pattern.split('/')[1] ?? 128) / 4 }
  const [network = '', bits] = pattern.split('/')
  if (isIPv4(network) && bits !== undefined) return { values: [pattern], specificity: Number(bits) }
  const octets = pattern.replace(/\.$/, '').split('.')
  if (!octets.every((octet) => /^\d{1,3}$/.test(octet))) {
    refuse('access', 'a rule of OpenSMTPD believes a reverse name, though it may not lead back to the address')
  }
  const padded = [...octets, '0', '0', '0'].slice(0, 4).join('.')
  return { values: [`${padded}/${octets.length * 8}`], specificity: octets.length * 8 }
}
