export interface Figure {
  name: string
  value: number
  /** `x` is a ratio of two medians of the same run. */
  unit: 'ms' | 'x'
  /** The bench fails above it. */
  limit?: number
  /** The bench fails below it. */
  least?: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

export async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now()
  return [await work(), performance.now() - started]
}
