import { Allowance } from '../metrics/patience.ts'

/** One thing awaited, with its end. */
export interface Wait<T> {
  /** Names what is awaited; called only for an error. */
  readonly what: () => string
  readonly promise: Promise<T>
  readonly startedAt: number
  resolve(value: T): void
  reject(error: Error): void
}

interface Open extends Pick<Wait<never>, 'what' | 'startedAt' | 'reject'> {
  /** Where nobody has asked for a time: what an idle machine would have had at most. */
  allowance: Allowance | undefined
  /** On the clock of `performance.now()`; as it looks now where there is an allowance. */
  deadline: number
}

/** Of an idle machine, ms. */
const USUAL_MS = 10_000

/**
 * Bounded waits that share one timer. A wait that is answered leaves the timer running: it finds nothing expired and
 * is set again for the next deadline, so a thousand answered waits cost one timer.
 */
export class Waits {
  readonly #open = new Set<Open>()
  readonly #expired: (what: string, waitedMs: number) => Error
  #timer: NodeJS.Timeout | undefined
  #timerAt = 0

  /** @param expired makes the error of a wait that ran out. */
  constructor(expired: (what: string, waitedMs: number) => Error) {
    this.#expired = expired
  }

  /** @param timeoutMs taken literally; undefined: 10 000 ms of an idle machine */
  start<T>(what: () => string, timeoutMs: number | undefined, onReject?: () => void): Wait<T> {
    const startedAt = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const wait: Wait<T> & Open = {
      what,
      promise,
      startedAt,
      allowance: timeoutMs === undefined ? new Allowance(USUAL_MS) : undefined,
      deadline: startedAt + (timeoutMs ?? USUAL_MS),
      resolve: (value) => {
        this.#open.delete(wait)
        resolve(value)
      },
      reject: (error) => {
        if (this.#open.delete(wait)) onReject?.()
        reject(error)
      },
    }
    this.#open.add(wait)
    this.#arm(nextLook(wait, startedAt))
    return wait
  }

  /** Ends every open wait. */
  fail(error: (what: string) => Error): void {
    for (const wait of [...this.#open]) wait.reject(error(wait.what()))
    this.#disarm()
  }

  #arm(deadline: number): void {
    if (this.#timer !== undefined) {
      if (this.#timerAt <= deadline) return
      this.#disarm()
    }
    this.#timerAt = deadline
    // Unreferenced: an open socket keeps the process alive, and a closed one ends its waits.
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, Math.ceil(deadline - performance.now())))
    this.#timer.unref()
  }

  #disarm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #expire(wait: Open): void {
    if (this.#open.has(wait)) wait.reject(this.#expired(wait.what(), performance.now() - wait.startedAt))
  }

  #tick(): void {
    this.#timer = undefined
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    // A process that was held up finds several expired: the earliest ends first all the same.
    for (const wait of this.#open) if (wait.allowance) wait.deadline = now + wait.allowance.spend()
    for (const wait of [...this.#open].sort((a, b) => a.deadline - b.deadline)) {
      if (wait.deadline > now) next = Math.min(next, nextLook(wait, now))
      // What has come in the meantime is told first: timers run before anything that was received.
      else if (wait.allowance) setImmediate(() => this.#expire(wait))
      else this.#expire(wait)
    }
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next)
  }
}

/** When to look after a wait, on the clock of `performance.now()`. */
function nextLook({ allowance, deadline }: Open, now: number): number {
  return allowance ? now + allowance.pauseMs : deadline
}
