import { MailrigError } from '../errors/mailrig-error.ts'
import { atTheCaller } from './at-the-caller.ts'
import { Expectation } from './expectation.ts'

/** A test as far as this has to know it: vitest's own. */
export interface TestLike {
  fullTestName?: string
  name: string
  concurrent?: boolean | undefined
}

interface Begun {
  what: string
  /** Where it was begun. */
  stack: string | undefined
  /** Not ended yet. */
  pending?: Promise<unknown>
  /** Has nobody waited for it, now that the test is over? */
  forgotten(): boolean
}

const watched = new WeakMap<TestLike, Unawaited>()
const underWay = new Set<Unawaited>()
const owners = new WeakMap<object, Unawaited>()
let latest: Unawaited | undefined

/** What one test has begun, so that nothing of it is left when the test is over: a verdict that comes later counts nowhere. */
export class Unawaited {
  readonly name: string
  readonly #begun: Begun[] = []
  #ending = false
  #over = false

  constructor(test: TestLike) {
    this.name = test.fullTestName ?? test.name
    watched.set(test, this)
    underWay.add(this)
    latest = this
  }

  get over(): boolean {
    return this.#over
  }

  /** Notes that a thing is this test's own: what is expected of it is expected by this test. */
  own<T extends object>(thing: T): T {
    owners.set(thing, this)
    return thing
  }

  /** Something that has to have ended before the test does, e.g. `smtp.send`. */
  during<T>(what: string, promise: Promise<T>): Promise<T> {
    // Where a test called it: behind an await, an error of its own knows mailrig's places alone.
    const { stack } = new Error('called')
    const called = promise.catch((error: unknown) => {
      throw error instanceof Error ? atTheCaller(error, stack) : error
    })
    const expectation = Expectation.of(called)
    const begun: Begun = {
      what,
      stack,
      pending: called,
      forgotten: () => late || !expectation.taken,
    }
    let late = false
    const over = () => {
      late = this.#ending
      delete begun.pending
    }
    called.then(over, over)
    this.#begun.push(begun)
    return expectation
  }

  /** A verdict that somebody has to take. */
  expects(what: string, expectation: Expectation<void>, stack: string | undefined): void {
    this.#begun.push({ what, stack, forgotten: () => !expectation.taken })
  }

  /**
   * The test is over; what it has begun by itself may still come to its end.
   *
   * @throws {MailrigError} NOT_AWAITED naming what nobody waited for
   */
  async end(): Promise<void> {
    this.#ending = true
    // What was to follow follows, and is this test's as well.
    await Promise.allSettled(this.#begun.flatMap(({ pending }) => pending ?? []))
    await new Promise((resolve) => setImmediate(resolve))
    this.#over = true
    underWay.delete(this)
    const [first] = this.#begun.filter((one) => one.forgotten())
    if (first) throw notAwaited(`${first.what} was not awaited`, first)
  }
}

function notAwaited(message: string, { what, stack }: Pick<Begun, 'what' | 'stack'>): MailrigError {
  const written = /^to[A-Z]/.test(what) ? `expect(…).${what}(…)` : `${what}(…)`
  const error = new MailrigError(`${message}: the test was over before its answer. Write "await ${written}"`, {
    code: 'NOT_AWAITED',
    remedy: 'Write "await" before it.',
  })
  return atTheCaller(error, stack)
}

/**
 * Whose expectation is it? Of the owner of its subject; else of the test that vitest names, which it knows only where
 * tests do not run side by side; else of every test under way, for one of them it is. Nobody's in a hook, and in a test
 * that has no rig.
 *
 * @throws {MailrigError} NOT_AWAITED when that test is over
 */
export function expectedBy(subject: unknown, test: TestLike | undefined, what: string): readonly Unawaited[] {
  const owner = typeof subject === 'object' && subject !== null ? owners.get(subject) : undefined
  const named = test && watched.get(test)
  const sure = owner ?? (underWay.size < 2 ? named : undefined)
  const all = sure ? [sure] : [...underWay]
  const over = all.find((one) => one.over)
  if (over === undefined) return all
  throw notAwaited(`${what} was begun when its test was over already (${JSON.stringify(over.name)})`, {
    what,
    stack: new Error().stack,
  })
}

/** For a failure outside of any test: after which one it came. */
export function afterTest(): string {
  return latest === undefined || underWay.size > 0
    ? ''
    : `\nNo test was under way; the last was ${JSON.stringify(latest.name)}.`
}
