/** What a part is made of: the smallest thing that one shard does whole. */
export interface Portion {
  /** What lies side by side is cheaper together: of a scenario file its project, whose images and servers it needs. */
  group: string
  /** Within the group. */
  name: string
  /** Of any unit; more than 0. */
  cost: number
}

/** Groups stay together where the slowest part is at most so much slower for it. */
const PRICE_OF_TOGETHERNESS = 1.1

/**
 * Splits portions into parts that cost about the same. Everybody who has the same portions gets the same parts, in
 * whatever order they come. A part is empty only where there are fewer portions than parts.
 *
 * Groups stay together as far as that costs little. Else the dearest portion goes first, and each to the part that has
 * least so far (R. L. Graham, Bounds on Multiprocessing Timing Anomalies, 1969): no part is then dearer than 4/3 of what
 * is possible at all, and with many portions it is far less.
 */
export function split<T extends Portion>(portions: readonly T[], count: number): T[][] {
  const ordered = [...portions].sort((a, b) => compare(a.group, b.group) || compare(a.name, b.name))
  const together = inStretches(ordered, count)
  const mean = sum(ordered) / count
  const longest = Math.max(0, ...ordered.map(({ cost }) => cost))
  if (slowest(together) <= PRICE_OF_TOGETHERNESS * Math.max(mean, longest)) return together
  const apart = dearestFirst(ordered, count)
  return slowest(apart) < slowest(together) ? apart : together
}

/** In order, none dearer than the least that makes do. */
function inStretches<T extends Portion>(ordered: readonly T[], count: number): T[][] {
  const total = sum(ordered)
  let [low, high] = [Math.max(total / count, ...ordered.map(({ cost }) => cost)), total]
  // Each step halves what is between them: after 30 it is a billionth.
  for (let step = 0; step < 30 && low < high; step += 1) {
    const middle = (low + high) / 2
    if (slowest(stretches(ordered, count, middle)) <= middle) high = middle
    else low = middle
  }
  return stretches(ordered, count, high)
}

/** The last part takes what is left. */
function stretches<T extends Portion>(ordered: readonly T[], count: number, most: number): T[][] {
  const parts: T[][] = Array.from({ length: count }, () => [])
  let [part, cost] = [0, 0]
  for (const [index, portion] of ordered.entries()) {
    const full = cost > 0 && cost + portion.cost > most
    const scarce = cost > 0 && ordered.length - index <= count - 1 - part
    if (part < count - 1 && (full || scarce)) {
      part += 1
      cost = 0
    }
    parts[part]?.push(portion)
    cost += portion.cost
  }
  return parts
}

function dearestFirst<T extends Portion>(ordered: readonly T[], count: number): T[][] {
  const parts = Array.from({ length: count }, () => ({ cost: 0, portions: [] as T[] }))
  // The sort is stable: what costs the same stays in order.
  for (const portion of ordered.toSorted((a, b) => b.cost - a.cost)) {
    const least = parts.reduce((found, part) => (part.cost < found.cost ? part : found))
    least.portions.push(portion)
    least.cost += portion.cost
  }
  return parts.map(({ portions }) => portions)
}

function slowest(parts: readonly (readonly Portion[])[]): number {
  return Math.max(0, ...parts.map(sum))
}

function sum(portions: readonly Portion[]): number {
  return portions.reduce((total, { cost }) => total + cost, 0)
}

/** Not by the language of the machine: it differs from one to the other. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
