import type { Answer } from 'dns-packet'
import { RIG_NAMES, type Zone, type ZoneRecord } from './zone.ts'

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

/**
 * Answers a question from the zone, pure, as an authority for the whole tree: a name that is not there does not exist,
 * and a name that is there without the type asked has no data; both say so with the SOA that lets it be remembered.
 */
export function answer(zone: Zone, question: Question): Reply {
  const name = question.name.replace(/\.$/, '')
  const key = name.toLowerCase()
  if (key === '' && (question.type === 'SOA' || question.type === 'ANY')) return found([SOA])

  const records = zone.records.get(key)
  if (!records && !zone.ancestors.has(key)) return { ...found([]), rcode: 'NXDOMAIN', authorities: [SOA] }

  const matching = (records ?? []).filter(({ type }) => question.type === 'ANY' || question.type === type)
  if (matching.length === 0) return { ...found([]), authorities: [SOA] }
  return found(
    matching.map((record) => toAnswer(name, record)),
    matching.flatMap((record) => (record.type === 'MX' ? addressesOf(zone, record.data.exchange) : [])),
  )
}

function found(answers: Answer[], additionals: Answer[] = []): Reply {
  return { rcode: 'NOERROR', answers, authorities: [], additionals }
}

function addressesOf(zone: Zone, host: string): Answer[] {
  const records = zone.records.get(host.toLowerCase()) ?? []
  return records.filter(({ type }) => type === 'A').map((record) => toAnswer(host, record))
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
