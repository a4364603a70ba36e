import { slowness } from './slowness.ts'

/**
 * A bound exists to end a hang, not to time the machine: what takes a second on an idle machine takes ten where ten
 * others want the processor too. So a default bound is time as an idle machine would have given it. What somebody asked
 * for in milliseconds is taken literally.
 */

/** How often a wait that lasts looks how slow the machine is, ms. */
const LOOK_MS = 500

/**
 * A default bound stretched by how slow the machine is now, ms. For those who need a number; where it can be helped,
 * {@link afterPatience} also follows what comes later.
 */
export function patience(ms: number, slownessNow: () => number = slowness): number {
  return Math.round(ms * slownessNow())
}

/** A stretch of time as an idle machine would have given it. */
export class Allowance {
  #left: number
  #seen = performance.now()
  readonly #slowness: () => number

  /** @param ms of an idle machine */
  constructor(ms: number, slownessNow: () => number = slowness) {
    this.#left = ms
    this.#slowness = slownessNow
  }

  /** Takes off what has passed since the last call, and gives what is left, ms. */
  spend(): number {
    const now = performance.now()
    // What is late was held up, and so was all that it waited for.
    const passed = Math.min(now - this.#seen, 2 * LOOK_MS)
    this.#seen = now
    this.#left -= passed / this.#slowness()
    return this.#left
  }

  /** When to look again, ms from the last look. */
  get pauseMs(): number {
    return Math.max(1, Math.min(Math.ceil(this.#left), LOOK_MS))
  }
}

/**
 * Calls `over` when an idle machine would have had `ms` milliseconds, with how many have really passed. The result
 * prevents that.
 */
export function afterPatience(
  ms: number,
  over: (waitedMs: number) => void,
  slownessNow: () => number = slowness,
): () => void {
  const began = performance.now()
  const allowance = new Allowance(ms, slownessNow)
  let stopped = false
  let timer: NodeJS.Timeout
  const look = () => {
    // What came in the meantime is told first: timers run before anything that was received.
    if (allowance.spend() <= 0) setImmediate(() => stopped || over(Math.round(performance.now() - began)))
    else timer = setTimeout(look, allowance.pauseMs)
  }
  timer = setTimeout(look, allowance.pauseMs)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/**
 * Bounds a wait: by `given` milliseconds where somebody asked for them, which are taken literally, else by `usual` as an
 * idle machine would have given them. The result ends that.
 */
export function bound(given: number | undefined, usual: number, over: (waitedMs: number) => void): () => void {
  if (given === undefined) return afterPatience(usual, over)
  const timer = setTimeout(() => over(given), given)
  return () => clearTimeout(timer)
}

/** What `work` gives, where it comes within {@link bound}. @throws what `late` makes of the milliseconds waited */
export async function inTime<T>(
  work: Promise<T>,
  given: number | undefined,
  usual: number,
  late: (waitedMs: number) => Error,
): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const stop = bound(given, usual, (waitedMs) => reject(late(waitedMs)))
  try {
    return await Promise.race([work, over])
  } finally {
    stop()
  }
}
