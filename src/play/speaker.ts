import type { ConnectionEnd } from '../session/session-error.ts'
import type { Transcript } from '../session/transcript.ts'
import type { Heard } from '../session-file/heard.ts'
import type { Protocol } from '../session-file/statement.ts'

/** One connection of a play, whatever it speaks. */
export interface Speaker {
  readonly protocol: Protocol
  readonly transcript: Transcript
  readonly end: ConnectionEnd | undefined
  /** Sends octets exactly; a string as UTF-8. @throws SessionEndedError */
  write(octets: Buffer | string): void
  /**
   * The next reply.
   *
   * @param enough for IMAP: an untagged response that is waited for; without it all up to the tagged one is the reply
   * @throws SessionWaitError, SessionEndedError
   */
  next(timeoutMs: number, enough?: (heard: Heard) => boolean): Promise<Heard>
  /** @throws TlsError */
  beginTls(): Promise<void>
  halfClose(): void
  destroy(options?: { reset?: boolean }): void
  /** @throws NotSilentError */
  silence(ms: number): Promise<void>
  closed(timeoutMs: number): Promise<ConnectionEnd>
}
