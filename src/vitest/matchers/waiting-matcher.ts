import type { MatcherState } from 'vitest'
import { atTheCaller } from '../at-the-caller.ts'
import { Expectation } from '../expectation.ts'
import { afterTest, expectedBy, type TestLike } from '../unawaited.ts'
import { isObject } from './in-words.ts'
import { MatcherError, wrongArgument, wrongKey, wrongSubject } from './misuse.ts'

export interface Verdict {
  pass: boolean
  message: () => string
}

interface Takes<T> {
  /** `a mailbox`. */
  what: string
  is: (value: unknown) => value is T
}

export interface Waiting<S, A extends unknown[]> {
  name: string
  subject: Takes<S>
  /** How it is written. */
  example: string
  /** What to write in place of `.not`. */
  insteadOfNot: string
  /** What is wrong with the arguments, if anything: what it takes, or a sentence. */
  refuse: (args: readonly unknown[]) => { takes: string; given: unknown } | string | undefined
  run: (subject: S, ...args: A) => Promise<Verdict>
}

/** As vitest calls matchers. */
type State = Pick<MatcherState, 'isNot'> & { task?: TestLike; soft?: boolean; assertion?: unknown }

/**
 * A matcher that waits. What is wrong with the way it is written is said at once; and when nobody has taken its promise by
 * the end of the test, the test fails.
 */
export function waitingMatcher<S, A extends unknown[]>(matcher: Waiting<S, A>) {
  const { name, subject: takes, example, insteadOfNot, refuse, run } = matcher
  return function wait(this: State, subject: unknown, ...args: unknown[]): Promise<Verdict> {
    if (this.assertion === undefined) {
      throw new MatcherError(`${name} waits, so it cannot stand inside another matcher: write "await ${example}"`)
    }
    if (this.isNot) {
      throw new MatcherError(`.not.${name} would wait for nothing until its time is over: ${insteadOfNot}`)
    }
    if (!takes.is(subject)) throw wrongSubject(name, takes.what, example, subject)
    const wrong = refuse(args)
    if (typeof wrong === 'string') throw new MatcherError(`${name}: ${wrong}; it is written ${example}`)
    if (wrong) throw wrongArgument(name, wrong.takes, example, wrong.given)
    const tests = expectedBy(subject, this.task, name)
    const { stack } = new Error()
    const verdict = run(subject, ...(args as A))
    // Nobody's: it fails where it is awaited, or else as a rejection that nobody handles.
    if (tests.length === 0) {
      const after = this.task === undefined ? afterTest() : ''
      return verdict.then(({ pass, message }) => ({ pass, message: () => message() + after }))
    }
    const expectation = (promise: Promise<void>) => {
      const made = Expectation.of(
        // It fails long after the call, and has nothing of the test in its stack.
        promise.catch((error: unknown) => {
          throw error instanceof Error ? atTheCaller(error, stack) : error
        }),
      )
      for (const test of tests) test.expects(name, made, stack)
      return made
    }
    // vitest judges by way of `then` and hands on what that gives; of soft expectations, once more.
    return new Judged(verdict, this.soft ? (judged) => new Judged(judged, expectation) : expectation)
  }
}

/** A promise whose `then` gives what is made of its outcome. */
class Judged<T> extends Promise<T> {
  readonly #made: (judged: Promise<void>) => Promise<void>

  constructor(promise: Promise<T>, made: (judged: Promise<void>) => Promise<void>) {
    super((resolve, reject) => void promise.then(resolve, reject))
    this.#made = made
  }

  static override get [Symbol.species]() {
    return Promise
  }

  // biome-ignore lint/suspicious/noThenProperty: vitest calls it, once
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#made(super.then(onFulfilled, onRejected) as Promise<void>) as Promise<A | B>
  }
}

/** `{ timeoutMs: 500 }` or nothing. @returns what is wrong */
export function refuseOptions(options: unknown): string | undefined {
  if (options === undefined) return undefined
  if (!isObject(options)) return 'the options are an object such as { timeoutMs: 500 }'
  const { timeoutMs } = options
  const bad = timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)
  return (
    wrongKey(options, ['timeoutMs']) ?? (bad ? `timeoutMs is a number of milliseconds, not ${timeoutMs}` : undefined)
  )
}
