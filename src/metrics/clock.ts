/**
 * Milliseconds since the epoch, with fractions, by a clock that nobody sets back (Performance API, `timeOrigin`): of two
 * things that this process saw, the earlier has the smaller number. `Date.now()` follows the host's clock, which is set
 * right now and then.
 */
export function epochNow(): number {
  return epochOf(performance.now())
}

/** The same of a moment that `performance.now()` has told. */
export function epochOf(moment: number): number {
  return performance.timeOrigin + moment
}
