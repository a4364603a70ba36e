/** A latency in numbers, each in milliseconds. Of `p99`, 99 of 100 messages were as fast or faster. */
export interface LatencyMs {
  p50: number
  p90: number
  p99: number
  max: number
}

/** Each step is 2 % wider than the one before: what is told is at most that far off. */
const STEP = Math.log(1.02)
/** A microsecond, in ms. */
const FINEST = 0.001

/** Milliseconds of many messages, in the memory of a few. */
export class Latencies {
  readonly #counts: number[] = []
  #count = 0
  #max = 0

  get count(): number {
    return this.#count
  }

  add(ms: number): void {
    const index = Math.max(0, Math.ceil(Math.log(Math.max(ms, FINEST) / FINEST) / STEP))
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#count += 1
    if (ms > this.#max) this.#max = ms
  }

  /** @param share from 0 to 1 */
  at(share: number): number {
    let left = Math.ceil(share * this.#count)
    let last = 0
    this.#counts.some((count, index) => {
      left -= count
      last = index
      return left <= 0
    })
    return this.#count === 0 ? 0 : Math.min(this.#max, FINEST * Math.exp(last * STEP))
  }

  /** Undefined where nothing was measured. */
  summary(): LatencyMs | undefined {
    if (this.#count === 0) return undefined
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => hundredths(this.at(share))) as [number, number, number]
    return { p50, p90, p99, max: hundredths(this.#max) }
  }
}

/** To two places: a hundredth of a millisecond. */
function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100
}
