import { WaitError } from '../errors/mailrig-error.ts'
import { bound } from '../metrics/patience.ts'
import { describeMatch, type MessageMatch, matches } from './message-match.ts'
import type { RelayedMessage } from './relayed-message.ts'

interface Waiter {
  match: MessageMatch | undefined
  take(message: RelayedMessage): void
  fail(reason: unknown): void
}

export interface NextOptions {
  /** Milliseconds. Default 10 000 of an idle machine. */
  timeoutMs?: number
  /** Ends the wait early; the promise rejects with the signal's reason. */
  signal?: AbortSignal
}

const USUAL_MS = 10_000

/** The messages of one upstream, and those who wait for one. */
export class MessageBox {
  readonly #name: string
  readonly #all: RelayedMessage[] = []
  readonly #taken = new Set<RelayedMessage>()
  readonly #waiters = new Set<Waiter>()

  constructor(name: string) {
    this.#name = name
  }

  get messages(): readonly RelayedMessage[] {
    return this.#all
  }

  add(message: RelayedMessage): void {
    this.#all.push(message)
    for (const waiter of [...this.#waiters]) {
      try {
        if (waiter.match !== undefined && !matches(message, waiter.match)) continue
        waiter.take(message)
        return
      } catch (error) {
        // The waiter's own predicate threw: that is for the waiter to know, not for the SMTP session.
        waiter.fail(error)
      }
    }
  }

  clear(): void {
    this.#all.length = 0
    this.#taken.clear()
  }

  /** Ends every wait. */
  fail(reason: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.fail(reason)
  }

  next(
    match: MessageMatch | undefined,
    { timeoutMs, signal }: NextOptions,
    evidence: () => string,
  ): Promise<RelayedMessage> {
    const there = this.#all.find(
      (message) => !this.#taken.has(message) && (match === undefined || matches(message, match)),
    )
    if (there) {
      this.#taken.add(there)
      return Promise.resolve(there)
    }
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#waiters.delete(waiter)
        end()
        signal?.removeEventListener('abort', onAbort)
      }
      const waiter: Waiter = {
        match,
        take: (message) => {
          settle()
          this.#taken.add(message)
          resolve(message)
        },
        fail: (reason) => {
          settle()
          reject(reason)
        },
      }
      const onAbort = () => waiter.fail(signal?.reason)
      const end = bound(timeoutMs, USUAL_MS, (waited) => waiter.fail(this.#timeout(match, waited, evidence())))
      this.#waiters.add(waiter)
      if (signal?.aborted) onAbort()
      else signal?.addEventListener('abort', onAbort)
    })
  }

  #timeout(match: MessageMatch | undefined, waitedMs: number, evidence: string): WaitError {
    const came =
      this.#all.length === 0
        ? 'no message came'
        : this.#all
            .map((message) => `${this.#taken.has(message) ? 'taken already' : 'not meant'}: ${message.describe()}`)
            .join('\n  ')
    return new WaitError(
      `waited ${waitedMs} ms for upstream "${this.#name}" to be handed ${describeMatch(match)}\n  ${came}\n${evidence}`,
      { remedy: 'Look at the queue and the log of the server under test: it may have refused, deferred or kept it.' },
    )
  }
}
