import type { Answer } from 'dns-packet'
import { RIG_NAMES, type Zone, type ZoneFault, type ZoneRecord } from './zone.ts'

/** Response codes of RFC 1035 §4.1.1. */
export const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const
export type Rcode = keyof typeof RCODES

/** Seconds. Short enough that a zone which changes in a long-lived rig is seen to change. */
const TTL = 60

export interface Question {
  /** As asked, any case, with or without the final dot. */
  name: string
  /** Mnemonic, e.g. `MX`, `ANY`. */
  type: string
}

export interface Reply {
  rcode: Rcode
  answers: Answer[]
  authorities: Answer[]
  additionals: Answer[]
  /** The response is not to be sent, or over UDP only its header with the flag TC. */
  fault?: 'timeout' | 'truncated'
}

/** The start of authority over the whole world the rig has; its last field is the time to remember a "no" (RFC 2308). */
const SOA: Answer = {
  name: '.',
  type: 'SOA',
  ttl: TTL,
  data: {
    mname: RIG_NAMES.dns,
    rname: 'hostmaster.rig.test',
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum: TTL,
  },
}

/** RFC 1034 §3.6.2 lets aliases follow each other; a circle of them ends here. */
const LONGEST_CHAIN = 8

/**
 * Answers a question from the zone, pure, as an authority for the whole tree: a name that is not there does not exist,
 * and a name that is there without the type asked has no data; both say so with the SOA that lets it be remembered.
 */
export function answer(zone: Zone, question: Question): Reply {
  const name = question.name.replace(/\.$/, '')
  const key = name.toLowerCase()
  if (key === '' && (question.type === 'SOA' || question.type === 'ANY')) return found([SOA])

  const fault = faultOf(zone, key, question.type)
  if (fault === 'servfail') return { ...found([]), rcode: 'SERVFAIL' }
  const reply = followed(zone, name, question.type, LONGEST_CHAIN)
  return fault === undefined ? reply : { ...reply, fault }
}

/** What stands at a name, and where that is a CNAME, what stands at its target behind it (RFC 1034 §4.3.2). */
function followed(zone: Zone, name: string, type: string, left: number): Reply {
  const key = name.toLowerCase()
  const records = recordsAt(zone, key)
  if (!records) return { ...found([]), rcode: 'NXDOMAIN', authorities: [SOA] }
  const matching = records.filter((record) => type === 'ANY' || type === record.type)
  const [alias] = records
  if (matching.length === 0 && alias?.type === 'CNAME' && left > 0) {
    const target = followed(zone, alias.data, type, left - 1)
    return { ...target, answers: [toAnswer(name, alias), ...target.answers] }
  }
  if (matching.length === 0) return { ...found([]), authorities: [SOA] }
  return found(
    matching.map((record) => toAnswer(name, record)),
    matching.flatMap((record) => (record.type === 'MX' ? addressesOf(zone, record.data.exchange) : [])),
  )
}

/** The records of a name that exists, of the wildcard that stands for it (RFC 4592 §3.3.1), or undefined. */
function recordsAt(zone: Zone, key: string): readonly ZoneRecord[] | undefined {
  const own = zone.records.get(key)
  if (own || zone.ancestors.has(key)) return own ?? []
  for (const parent of parentsOf(key)) {
    const wildcard = zone.records.get(`*.${parent}`)
    if (wildcard) return wildcard
    // The closest encloser: what exists ends the search.
    if (zone.records.has(parent) || zone.ancestors.has(parent)) return undefined
  }
  return undefined
}

/** Of the name, or of the first above it that is declared: a zone fails as a whole. */
function faultOf(zone: Zone, key: string, type: string): ZoneFault['how'] | undefined {
  for (const name of [key, ...parentsOf(key)]) {
    const faults = zone.faults?.get(name) ?? []
    const found = faults.find(({ types }) => types === 'all' || types.includes(type))
    if (found) return found.how
    if (zone.records.has(name)) return undefined
  }
  return undefined
}

/** `a.b.c` → `b.c`, `c`. */
function parentsOf(key: string): string[] {
  const labels = key.split('.')
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'))
}

function found(answers: Answer[], additionals: Answer[] = []): Reply {
  return { rcode: 'NOERROR', answers, authorities: [], additionals }
}

function addressesOf(zone: Zone, host: string): Answer[] {
  const records = zone.records.get(host.toLowerCase()) ?? []
  return records.filter(({ type }) => type === 'A' || type === 'AAAA').map((record) => toAnswer(host, record))
}

function toAnswer(name: string, record: ZoneRecord): Answer {
  switch (record.type) {
    case 'MX':
      return { name, ttl: TTL, type: 'MX', data: record.data }
    case 'TXT':
      return { name, ttl: TTL, type: 'TXT', data: record.data }
    default:
      return { name, ttl: TTL, type: record.type, data: record.data }
  }
}
