import { type Answer, decode, encode, type OptAnswer } from 'dns-packet'
import { RCODES, type Rcode, type Reply } from './answer.ts'

const HEADER = 12
/** Largest UDP message without EDNS (RFC 1035 §4.2.1). */
const PLAIN_UDP_SIZE = 512
/** The UDP size the resolver offers and keeps to (RFC 6891 §6.2.5, and the value agreed on DNS flag day 2020). */
const EDNS_UDP_SIZE = 1232

const QR = 0x8000
const OPCODE = 0x7800
const AA = 0x0400
const TC = 0x0200
const RD = 0x0100
const RA = 0x0080

/** A query taken apart as far as the resolver needs it. */
export interface Query {
  id: number
  /** Header flags as they came. */
  flags: number
  name: string
  type: string
  class: string
  /** The octets of the question, which the response repeats unchanged, letter case included. */
  question: Buffer
  edns?: { udpSize: number; version: number; flags: number }
}

/** A packet that is no usable query. `respondable`: it has a header, and is not itself a response. */
export interface BadQuery {
  id: number
  flags: number
  rcode: Rcode
  respondable: boolean
}

/** Reads a packet (RFC 1035 §4); never throws. */
export function readQuery(packet: Buffer): Query | BadQuery {
  if (packet.length < HEADER) return { id: 0, flags: 0, rcode: 'FORMERR', respondable: false }
  const id = packet.readUInt16BE(0)
  const flags = packet.readUInt16BE(2)
  if (flags & QR) return { id, flags, rcode: 'FORMERR', respondable: false }
  const bad = (rcode: Rcode): BadQuery => ({ id, flags, rcode, respondable: true })
  if (flags & OPCODE) return bad('NOTIMP')

  // More than one question is a format error (RFC 9619).
  if (packet.readUInt16BE(4) !== 1) return bad('FORMERR')
  try {
    const decoded = decode(packet)
    const asked = decoded.questions?.[0]
    if (!asked) return bad('FORMERR')
    const opts = (decoded.additionals ?? []).filter((record): record is OptAnswer => record.type === 'OPT')
    const [opt] = opts
    if (opts.length > 1) return bad('FORMERR')
    return {
      id,
      flags,
      name: asked.name,
      type: asked.type,
      class: asked.class ?? 'IN',
      question: packet.subarray(HEADER, questionEnd(packet)),
      ...(opt && { edns: { udpSize: opt.udpPayloadSize, version: opt.ednsVersion, flags: opt.flags } }),
    }
  } catch {
    return bad('FORMERR')
  }
}

/** The question of a query is not compressed, for nothing stands before it: walk its labels, then type and class. */
function questionEnd(packet: Buffer): number {
  let offset = HEADER
  for (let length = packet.readUInt8(offset); length !== 0; length = packet.readUInt8(offset)) {
    if (length > 63) throw new RangeError('a compressed name in a question')
    offset += length + 1
  }
  const end = offset + 5
  if (end > packet.length) throw new RangeError('a question cut short')
  return end
}

/**
 * The response to a query, in octets. Over UDP a response too large for the client leaves all records out and sets TC,
 * so that the client asks again over TCP (RFC 2181 §9).
 */
export function writeReply(query: Query, reply: Reply, transport: 'udp' | 'tcp'): Buffer {
  const { edns } = query
  const badVersion = edns !== undefined && edns.version !== 0
  const opt: Answer[] = edns
    ? [
        {
          name: '.',
          type: 'OPT',
          udpPayloadSize: EDNS_UDP_SIZE,
          // BADVERS is 16: its upper eight bits go here, its lower four are the header's zero (RFC 6891 §6.1.3).
          extendedRcode: badVersion ? 1 : 0,
          ednsVersion: 0,
          flags: edns.flags & 0x8000,
          flag_do: (edns.flags & 0x8000) !== 0,
          options: [],
        },
      ]
    : []
  if (badVersion) return assemble(query, 'NOERROR', encodeRecords({ additionals: opt }))

  const full = assemble(query, reply.rcode, encodeRecords({ ...reply, additionals: [...reply.additionals, ...opt] }))
  const limit =
    transport === 'tcp'
      ? 65_535
      : edns
        ? Math.min(Math.max(edns.udpSize, PLAIN_UDP_SIZE), EDNS_UDP_SIZE)
        : PLAIN_UDP_SIZE
  if (full.length <= limit && !(transport === 'udp' && reply.fault === 'truncated')) return full
  const bare = assemble(query, reply.rcode, encodeRecords({ additionals: opt }))
  bare.writeUInt16BE(bare.readUInt16BE(2) | TC, 2)
  return bare
}

/** The response to a packet that could not be read: its header alone. */
export function writeFailure({ id, flags, rcode }: BadQuery): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(QR | (flags & (OPCODE | RD)) | RA | RCODES[rcode], 2)
  return header
}

/** Header counts and record octets, without a question. */
function encodeRecords(sections: { answers?: Answer[]; authorities?: Answer[]; additionals?: Answer[] }): Buffer {
  return encode({ type: 'response', ...sections })
}

function assemble(query: Query, rcode: Rcode, records: Buffer): Buffer {
  // The encoder would spell the name anew; the client's own octets go back instead.
  const message = Buffer.concat([records.subarray(0, HEADER), query.question, records.subarray(HEADER)])
  message.writeUInt16BE(query.id, 0)
  message.writeUInt16BE(QR | AA | RA | (query.flags & RD) | RCODES[rcode], 2)
  message.writeUInt16BE(1, 4)
  return message
}
