/** One thing awaited, with its end. */
export interface Wait<T> {
  /** Names what is awaited; called only for an error. */
  readonly what: () => string
  readonly promise: Promise<T>
  readonly startedAt: number
  /** On the clock of `performance.now()`. */
  readonly deadline: number
  resolve(value: T): void
  reject(error: Error): void
}

type Open = Pick<Wait<never>, 'what' | 'startedAt' | 'deadline' | 'reject'>

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

  start<T>(what: () => string, timeoutMs: number, onReject?: () => void): Wait<T> {
    const startedAt = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const wait: Wait<T> = {
      what,
      promise,
      startedAt,
      deadline: startedAt + timeoutMs,
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
    this.#arm(wait.deadline)
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

  #tick(): void {
    this.#timer = undefined
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    // A process that was held up finds several expired: the earliest ends first all the same.
    for (const wait of [...this.#open].sort((a, b) => a.deadline - b.deadline)) {
      if (wait.deadline <= now) wait.reject(this.#expired(wait.what(), now - wait.startedAt))
      else if (wait.deadline < next) next = wait.deadline
    }
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next)
  }
}
