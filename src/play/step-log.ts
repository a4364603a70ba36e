import { MailrigError, UnsupportedError } from '../errors/mailrig-error.ts'
import type { Place } from '../yaml/place.ts'
import type { Failure, Step } from './step.ts'

/** What was said on a connection and stands in no step yet. */
export interface Unheard {
  /** A line each. */
  sent: string
  /** Of the last of it; 0 where nothing was said. */
  line: number
  /** On the clock of `performance.now()`. */
  since: number
}

/** Ends a play: the step has been written down. */
export class StepFailed extends Error {}

/** The steps of a play, and what was said since the last one. */
export class StepLog {
  readonly steps: Step[] = []
  failure: Failure | undefined
  readonly #unheard = new Map<string, Unheard>()
  readonly #onStep: ((step: Step) => void) | undefined

  constructor(onStep: ((step: Step) => void) | undefined) {
    this.#onStep = onStep
  }

  /** Notes what is said now; the step is made when its reply is known. */
  said(connection: string, place: Place, sent: string): void {
    const before = this.#unheard.get(connection)
    this.#unheard.set(connection, {
      sent: before ? `${before.sent}\n${sent}` : sent,
      line: place.line,
      since: before?.since ?? performance.now(),
    })
  }

  /** What was said since the last step, for the next one. */
  take(connection: string): Unheard {
    const unheard = this.#unheard.get(connection)
    this.#unheard.delete(connection)
    return unheard ?? { sent: '', line: 0, since: performance.now() }
  }

  /** Makes a step of what was said and is not followed by an expectation. */
  tell(connection: string): void {
    if (!this.#unheard.has(connection)) return
    const unheard = this.take(connection)
    this.add({ ...unheard, expected: '', received: '', verdict: 'pass' })
  }

  /** The same for every connection. */
  tellAll(): void {
    for (const connection of [...this.#unheard.keys()]) this.tell(connection)
  }

  add({ since, ...step }: Omit<Step, 'ms'> & { since: number }): Step {
    const { line, sent, expected, received, verdict, why } = step
    const added: Step = { line, sent, expected, received, verdict, ms: performance.now() - since }
    if (why !== undefined) added.why = why
    this.steps.push(added)
    this.#onStep?.(added)
    return added
  }

  /** Writes down the step that failed. To be thrown. @param place of what does not hold */
  fail(place: Place, step: Omit<Step, 'ms' | 'verdict'> & { since: number }): StepFailed {
    const added = this.add({ ...step, line: step.line || place.line, verdict: 'fail' })
    this.failure = { place, step: added }
    return new StepFailed()
  }

  /** As `fail`, because of an error. One that is no MailrigError is a bug, and goes its way. */
  failed(place: Place, step: Unheard, expected: string, error: unknown): StepFailed {
    if (error instanceof StepFailed) return error
    // What nobody can tell of this server is no step that failed: the play itself is unsupported. Nor is what the file has wrong.
    if (!(error instanceof MailrigError) || error instanceof UnsupportedError) throw error
    if (error.code === 'FAULT_OPTIONS') throw error
    return this.fail(place, { ...step, expected, received: '', why: shortly(error) })
  }
}

/** The first line of an error: the transcript behind it is shown elsewhere. */
export function shortly(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
