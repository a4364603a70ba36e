/** One packet of the milter protocol: its letter, and what follows. */
export interface Packet {
  command: string
  data: Buffer
}

/** Longer ones no server sends: a body comes in pieces of 64 KiB, a header field is bounded. */
const LONGEST = 16 * 1024 * 1024

/** Cuts a stream of octets into packets: four octets of length, a letter, data. */
export class PacketReader {
  #rest: Buffer = Buffer.alloc(0)

  /** @throws {RangeError} where the length is none that a server sends: then nothing behind it can be read. */
  feed(octets: Buffer): Packet[] {
    this.#rest = this.#rest.length === 0 ? octets : Buffer.concat([this.#rest, octets])
    const packets: Packet[] = []
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0)
      if (length < 1 || length > LONGEST) throw new RangeError(`a packet of ${length} octets`)
      if (this.#rest.length < 4 + length) break
      packets.push({
        command: this.#rest.toString('latin1', 4, 5),
        data: this.#rest.subarray(5, 4 + length),
      })
      this.#rest = this.#rest.subarray(4 + length)
    }
    return packets
  }
}

export function packet(command: string, data: Buffer | string = ''): Buffer {
  const octets = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
  const head = Buffer.alloc(5)
  head.writeUInt32BE(octets.length + 1, 0)
  head.write(command, 4, 'latin1')
  return Buffer.concat([head, octets])
}

/** Texts that each end with NUL. */
export function texts(data: Buffer): string[] {
  const parts = data.toString('utf8').split('\0')
  if (parts.at(-1) === '') parts.pop()
  return parts
}

/** The same the other way. */
export function withNul(...parts: string[]): Buffer {
  return Buffer.from(parts.map((part) => `${part}\0`).join(''), 'utf8')
}

/** A number in front of texts. */
export function numbered(number: number, ...parts: string[]): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(number, 0)
  return Buffer.concat([head, withNul(...parts)])
}

/** The newest version of the protocol, that of libmilter 8.14 and later (mfdef.h: SMFI_PROT_VERSION). */
const VERSION = 6
/** What a milter may ask for: every change (SMFIF_ADDHDRS … SMFIF_ADDRCPT_PAR). */
const ACTIONS = 0xff

/** The answer to SMFIC_OPTNEG: what both sides know; every stage is asked about, and each is answered. */
export function negotiated(data: Buffer): Buffer {
  const answer = Buffer.alloc(12)
  answer.writeUInt32BE(Math.min(data.readUInt32BE(0), VERSION), 0)
  answer.writeUInt32BE((data.readUInt32BE(4) & ACTIONS) >>> 0, 4)
  return packet('O', answer)
}
