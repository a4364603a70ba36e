import type { Zone } from '../dns/zone.ts'
import { InputError, MailrigError } from '../errors/mailrig-error.ts'
import { afterPatience } from '../metrics/patience.ts'
import type { Memory } from '../servers/operation.ts'
import type { RunningMta } from './running-mta.ts'
import type { Traceable } from './traceable.ts'

/** How often a message is to be deleted that is being tried at that moment. */
const TRIES = 5
/** The longest wait between two of these tries, ms. */
const NEWS_MS = 1_000

interface Parts {
  mta: RunningMta
  dns: { zone: Zone }
}

/**
 * What the work of a test leaves behind in a rig that runs on: messages that wait or are under way, what the server has
 * in mind of them, another DNS zone. The next test is to find none of it.
 */
export class Aftermath {
  readonly #mta: RunningMta
  readonly #memory: Memory | undefined
  readonly #dns: Parts['dns']
  readonly #zone: Zone
  #left: Traceable[] = []
  /** How many events of the log were looked at. */
  #seen = 0

  constructor({ mta, dns }: Parts) {
    this.#mta = mta
    this.#memory = mta.memory
    this.#dns = dns
    this.#zone = dns.zone
  }

  /** Nobody waits for these messages any more. */
  leave(messages: readonly Traceable[]): void {
    this.#left.push(...messages)
  }

  /**
   * Puts the DNS zone back. Where a message was put off: deletes those that wait, and has the server forget what it
   * learnt. Nothing else costs more than a look at the log.
   */
  async forget(): Promise<void> {
    this.#dns.zone = this.#zone
    if (this.#mta.ended !== undefined) return
    const { events } = this.#mta.log
    const news = events.slice(this.#seen)
    this.#seen = events.length
    if (!news.some((event) => event.event === 'deferred' || event.event === 'held' || this.#memory?.kept(event))) return
    const waits = (message: Traceable) =>
      this.#mta.log.eventsOf(message).some(({ event }) => event === 'deferred' || event === 'held')
    const waiting = this.#left.filter(waits)
    // Others are under way, or done.
    this.#left = this.#left.filter((message) => !waits(message))
    if (waiting.length > 0)
      await this.#delete({ queueIds: waiting.flatMap((message) => this.#mta.queueIdsOf(message)) })
    if (this.#memory) await this.#mta.run(this.#memory.forget)
  }

  /** Waits until nothing of it is under way, bounces included, and forgets. */
  async settle(): Promise<void> {
    for (const message of this.#left) {
      // What never comes to rest was the business of the test that is over.
      if (!this.#mta.atRest(message)) await this.#mta.rested(message).catch(() => undefined)
    }
    await this.forget()
    this.#left = []
  }

  async #delete(message: Traceable): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const rested = this.#nextRest()
      try {
        await this.#mta.queue.delete(message)
        return
      } catch (error) {
        // Gone already.
        if (error instanceof InputError) return
        if (!(error instanceof MailrigError)) throw error
        // Exim does not delete what it is trying at that moment; there is news of it soon, or none was needed.
        await rested.promise
      } finally {
        rested.end()
      }
    }
  }

  /** The next time that the server lets go of a message or puts one off. */
  #nextRest(): { promise: Promise<void>; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const off = this.#mta.onRest(resolve)
    const stop = afterPatience(NEWS_MS, () => resolve())
    return {
      promise,
      end: () => {
        off()
        stop()
      },
    }
  }
}
