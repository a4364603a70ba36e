import { SMTPStream } from 'smtp-server/lib/smtp-stream.js'
import { unstuff } from '../session/dot-stuffing.ts'

export interface MailData {
  /** The octets as transferred, the final dot's line included. */
  wire: Buffer
  /** The message: the octets with transparency undone (RFC 5321 §4.5.2). */
  content: Buffer
}

const END = Buffer.from('\r\n.\r\n')
const FINAL_LINE = 3

/**
 * smtp-server's line reader, with mail data read to the letter: only CRLF "." CRLF ends it, and only a dot at the head
 * of a line, which only CRLF begins, is taken away. The engine's own reader also takes one away behind a bare LF, leaves
 * a single one standing, and turns to the event loop for each.
 */
export class MailDataStream extends SMTPStream {
  /** Gets each message with the function that goes on to what was sent behind it. */
  onmaildata: (data: MailData, resume: () => void) => void = () => undefined
  // The command line's CRLF stands before the first octet (RFC 5321 §4.1.1.4).
  #before = Buffer.from('\r\n')
  #chunks: Buffer[] = []

  override _feedDataStream(chunk: Buffer, done: (error?: Error | null) => void): void {
    const joint = Buffer.concat([this.#before, chunk])
    const index = joint.indexOf(END)
    if (index === -1) {
      this.#chunks.push(chunk)
      this.#before = joint.subarray(-(END.length - 1))
      done()
      return
    }
    const length = index + END.length - this.#before.length
    const wire = Buffer.concat([...this.#chunks, chunk.subarray(0, length)])
    this.#chunks = []
    this.#before = Buffer.from('\r\n')
    this._dataMode = false
    this._dataStream = null
    const rest = chunk.subarray(length)
    const content = unstuff(wire.subarray(0, wire.length - FINAL_LINE))
    this.onmaildata({ wire, content }, () => this._write(rest, 'buffer', done))
  }
}
