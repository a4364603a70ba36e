import './check-requirements.ts'
import { expect } from 'vitest'
import type { Receipt } from '../mail-auth/authenticate.ts'
import type { EventPattern } from '../rig/event-match.ts'
import type { SentMessage } from '../session/send.ts'
import type { MessagePattern } from '../upstream/message-match.ts'
import { bufferContaining } from './matchers/buffer-containing.ts'
import { type ExpectedResults, toHaveAuthenticationResults } from './matchers/to-have-authentication-results.ts'
import { toHaveLogged } from './matchers/to-have-logged.ts'
import { toHaveDuplicated, toHaveLostNothing } from './matchers/to-have-lost-nothing.ts'
import { toHaveRelayed, toHaveRelayedNothing } from './matchers/to-have-relayed.ts'
import { toReceive, toReceiveNothing } from './matchers/to-receive.ts'
import { toReply } from './matchers/to-reply.ts'
import { waitingMatcher } from './matchers/waiting-matcher.ts'
import type { MailboxMatch } from './receiving-mailbox.ts'

expect.extend({
  bufferContaining,
  toHaveAuthenticationResults: waitingMatcher(toHaveAuthenticationResults),
  toHaveDuplicated: waitingMatcher(toHaveDuplicated),
  toHaveLogged: waitingMatcher(toHaveLogged),
  toHaveLostNothing: waitingMatcher(toHaveLostNothing),
  toHaveRelayed: waitingMatcher(toHaveRelayed),
  toHaveRelayedNothing: waitingMatcher(toHaveRelayedNothing),
  toReceive: waitingMatcher(toReceive),
  toReceiveNothing: waitingMatcher(toReceiveNothing),
  toReply,
})

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The reply has this code (`250`, `'5xx'`, `'450|550'`, `'550 5.1.1'`), and this literal text or pattern. */
    toReply(code: number | string, text?: string | RegExp): R
    /** Waits until the message is in the mailbox. */
    toReceive(message: MailboxMatch, options?: { timeoutMs?: number }): Promise<void>
    /** Once the queue holds no message of this test, none of them is in the mailbox. */
    toReceiveNothing(): Promise<void>
    /** Waits until the MTA has logged such an event: `{ event: 'reject', to: 'x@example.org', reason: /denied/ }`. */
    toHaveLogged(pattern: EventPattern, options?: { timeoutMs?: number }): Promise<void>
    /**
     * Of a rig, or of the account of a load: once the server has delivered or put off each message, every one that it took is
     * at an upstream, in a mailbox, in a bounce or in the queue.
     */
    toHaveLostNothing(): Promise<void>
    /** The same: no more messages than that came to one recipient more than once. */
    toHaveDuplicated(options: { atMost: number }): Promise<void>
    /** Waits until the upstream has been handed the message. */
    toHaveRelayed(
      message: Pick<SentMessage, 'messageId' | 'envelope'> | MessagePattern,
      options?: { timeoutMs?: number },
    ): Promise<void>
    /**
     * Of a message at an upstream or in a mailbox: what a receiver finds of it by the DNS of the rig, in the words of RFC 8601:
     * `{ spf: 'pass', dkim: 'pass', dmarc: 'pass', arc: 'none' }`. Who handed it over is known of an upstream's message; of one in
     * a mailbox, say it: `{ client: '192.0.2.1', helo: 'client.example' }`.
     */
    toHaveAuthenticationResults(expected: ExpectedResults, receipt?: Receipt): Promise<void>
    /** Once the queue holds no message of this test, the upstream was handed nothing. */
    toHaveRelayedNothing(): Promise<void>
  }
  interface AsymmetricMatchersContaining {
    /** A Buffer that holds these octets; a string as Latin-1. */
    bufferContaining(octets: Buffer | string): unknown
  }
}

export { type AuthenticationResults, authenticate, type Receipt } from '../mail-auth/authenticate.ts'
export { type DkimKey, type DkimKeyOptions, dkimKey } from '../mail-auth/dkim-key.ts'
export { type ArcSealOptions, arcSeal, type DkimSignOptions, dkimSign } from '../mail-auth/sign.ts'
export { patience } from '../metrics/patience.ts'
export type * from '../named-types.ts'
export type { Verdict } from '../report/scenario-meta.ts'
export { type RigFixtures, type RigInput, type RigOptions, rig } from './fixtures.ts'
export type { Observe, Observed } from './observe.ts'
export type { MailboxMatch, ReceivingMailbox } from './receiving-mailbox.ts'
export { sessionFile } from './session-file.ts'
export type { AtSomeMoment, Fault } from './test-fault.ts'
export type { TestFolder } from './test-folder.ts'
export type { TestLocalMailbox } from './test-local-mailbox.ts'
export type { TestMailbox } from './test-mailbox.ts'
export { expect }
