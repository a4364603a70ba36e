import type { Heard } from '../session-file/heard.ts'
import type { Protocol } from '../session-file/statement.ts'
import type { Speaker } from './speaker.ts'

/** What every session can, whatever it speaks: all of a speaker but to hear a reply. */
type AnySession = Omit<Speaker, 'protocol' | 'next'>

/** A speaker that says and ends things by a session, and leaves to its heirs what a reply is. */
export abstract class SessionSpeaker<S extends AnySession> implements Speaker {
  readonly protocol: Protocol
  protected readonly session: S

  constructor(session: S, protocol: Protocol) {
    this.session = session
    this.protocol = protocol
  }

  abstract next(timeoutMs: number, enough?: (heard: Heard) => boolean): Promise<Heard>

  get transcript() {
    return this.session.transcript
  }

  get end() {
    return this.session.end
  }

  write(octets: Buffer | string): void {
    this.session.write(octets)
  }

  beginTls(): Promise<void> {
    return this.session.beginTls()
  }

  halfClose(): void {
    this.session.halfClose()
  }

  destroy(options?: { reset?: boolean }): void {
    this.session.destroy(options)
  }

  silence(ms: number): Promise<void> {
    return this.session.silence(ms)
  }

  closed(timeoutMs: number) {
    return this.session.closed(timeoutMs)
  }
}
