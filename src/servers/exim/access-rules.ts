import { isIPv4 } from 'node:net'
import type { Topology } from '../../topology/topology.ts'
import type { RigAddresses } from '../addresses.ts'
import { networksNamed } from '../networks.ts'
import { type EximOption, list, literal, literalPattern, statement } from './config-text.ts'

type Rule = Topology['access'][number]
type Kind = 'client' | 'sender' | 'recipient'

interface Entry {
  items: string[]
  action: Rule['action']
  /** Higher wins, as access(5) looks for the address before its domain, and for a domain before its parent. */
  specificity: number
}

const CONDITION = { client: 'hosts', sender: 'senders', recipient: 'recipients' } as const

/** What Debian answers to those in its local blacklists. */
const REJECTED = {
  client:
    'sender IP address $sender_host_address is locally blacklisted here. ' +
    'If you think this is wrong, get in touch with postmaster',
  sender:
    'sender envelope address $sender_address is locally blacklisted here. ' +
    'If you think this is wrong, get in touch with postmaster',
  recipient: 'recipient address is locally blacklisted here',
} as const

/**
 * Statements that refuse, discard or, after those, let relay. Of the rules about one thing (client, sender,
 * recipient) only the most specific counts; all three things must be allowed.
 */
export function accessStatements(topology: Topology, addresses: RigAddresses): { refuse: string[]; relay: string[] } {
  const refuse: string[] = []
  const relay: string[] = []
  for (const kind of ['client', 'sender', 'recipient'] as const) {
    const entries = entriesOf(topology, kind, addresses)
    for (const [index, entry] of entries.entries()) {
      const spared = entries.slice(0, index).filter(({ action }) => action === 'OK' || action === 'RELAY')
      const condition: EximOption = [
        CONDITION[kind],
        list([...spared.flatMap(({ items }) => items.map((item) => `!${item}`)), ...entry.items]),
      ]
      if (entry.action === 'RELAY') relay.push(relayStatement(kind, condition))
      else if (entry.action !== 'OK') refuse.push(refusal(kind, condition, entry.action))
    }
  }
  return { refuse, relay }
}

function refusal(kind: Kind, condition: EximOption, action: Exclude<Rule['action'], 'OK' | 'RELAY'>): string {
  if (action === 'DISCARD') return statement('discard', condition)
  if (action === 'REJECT') return statement('deny', condition, ['message', REJECTED[kind]])
  const text = [action.code, action.enhanced, literal(action.text)].filter((part) => part !== undefined).join(' ')
  return statement(action.code < 500 ? 'defer' : 'deny', condition, ['message', text])
}

function relayStatement(kind: Kind, condition: EximOption): string {
  const control: EximOption = ['control', 'submission/sender_retain']
  return kind === 'recipient'
    ? statement('accept', condition, ['endpass', true], ['verify', 'recipient'])
    : statement('accept', condition, control)
}

function entriesOf(topology: Topology, kind: Kind, addresses: RigAddresses): Entry[] {
  return topology.access
    .flatMap((rule) => {
      const pattern = patternOf(rule, kind)
      if (pattern === undefined) return []
      const matches = kind === 'client' ? networksNamed(pattern, addresses).map(client) : [mail(pattern)]
      return matches.map((match) => ({ ...match, action: rule.action }))
    })
    .sort((a, b) => b.specificity - a.specificity)
}

function patternOf(rule: Rule, kind: Kind): string | undefined {
  if (kind === 'client') return 'client' in rule ? rule.client : undefined
  if (kind === 'sender') return 'sender' in rule ? rule.sender : undefined
  return 'recipient' in rule ? rule.recipient : undefined
}

/** `user@domain`, `user@` in any domain, `domain` with all below it, `<>` for the null sender. */
function mail(pattern: string): Omit<Entry, 'action'> {
  if (pattern === '<>') return { items: ['^\\$'], specificity: 1000 }
  if (pattern.endsWith('@')) return { items: [`^(?i)${literalPattern(pattern)}`], specificity: 500 }
  if (pattern.includes('@')) return { items: [address(pattern)], specificity: 1000 }
  return { items: [pattern, `*.${pattern}`], specificity: pattern.split('.').length }
}

/** An address, a network, the leading octets of one, a side of the rig, or a host's name with all below it. */
function client(pattern: string): Omit<Entry, 'action'> {
  if (isIPv4(pattern)) return { items: [pattern], specificity: 1032 }
  if (pattern.includes(':')) return { items: [pattern], specificity: 1000 + Number(pattern.split('/')[1] ?? 128) / 4 }
  const [network = '', bits] = pattern.split('/')
  if (isIPv4(network) && bits !== undefined) return { items: [pattern], specificity: 1000 + Number(bits) }
  const octets = pattern.replace(/\.$/, '').split('.')
  if (octets.every((octet) => /^\d{1,3}$/.test(octet))) {
    const padded = [...octets, '0', '0', '0'].slice(0, 4).join('.')
    return { items: [`${padded}/${octets.length * 8}`], specificity: 1000 + octets.length * 8 }
  }
  return { items: [pattern, `*.${pattern}`], specificity: octets.length }
}

/** An address as a list item: characters such as `!`, `*` and `+` have a meaning of their own there. */
function address(text: string): string {
  return /^\w[\w.+-]*@[\w.-]+$/.test(text) ? text : `^(?i)${literalPattern(text)}\\$`
}
