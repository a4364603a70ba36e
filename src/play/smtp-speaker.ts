import { formatReply } from '../session/reply.ts'
import type { Session } from '../session/session.ts'
import type { Heard } from '../session-file/heard.ts'
import type { Protocol } from '../session-file/statement.ts'
import type { Speaker } from './speaker.ts'

/** SMTP, submission and LMTP: a session as it is. */
export class SmtpSpeaker implements Speaker {
  readonly protocol: Protocol
  readonly #session: Session

  constructor(session: Session, protocol: Protocol) {
    this.#session = session
    this.protocol = protocol
  }

  get transcript() {
    return this.#session.transcript
  }

  get end() {
    return this.#session.end
  }

  write(octets: Buffer | string): void {
    this.#session.write(octets)
  }

  async next(timeoutMs: number): Promise<Heard> {
    const reply = await this.#session.reply({ timeoutMs })
    const heard: Heard = {
      status: reply.code === 0 ? '' : String(reply.code),
      lines: reply.lines,
      text: formatReply(reply),
    }
    if (reply.enhanced !== undefined) heard.enhanced = reply.enhanced
    return heard
  }

  beginTls(): Promise<void> {
    return this.#session.beginTls()
  }

  halfClose(): void {
    this.#session.halfClose()
  }

  destroy(options?: { reset?: boolean }): void {
    this.#session.destroy(options)
  }

  silence(ms: number): Promise<void> {
    return this.#session.silence(ms)
  }

  closed(timeoutMs: number) {
    return this.#session.closed(timeoutMs)
  }
}
