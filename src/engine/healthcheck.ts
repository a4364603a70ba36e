/** A command in a container that says whether it is well (HEALTHCHECK of a Dockerfile). */
export interface Healthcheck {
  /** `['CMD', 'pg_isready']`, `['CMD-SHELL', 'pg_isready -q']`, or `['NONE']`: none, also where the image has one. */
  test: readonly string[]
  /** ms; what is missing is as the engine has it. */
  intervalMs?: number
  timeoutMs?: number
  startPeriodMs?: number
  retries?: number
}

const NS = 1_000_000

/** The same in the engine's words. */
export function engineHealthcheck({ test, intervalMs, timeoutMs, startPeriodMs, retries }: Healthcheck) {
  return {
    Test: [...test],
    ...(intervalMs === undefined ? {} : { Interval: intervalMs * NS }),
    ...(timeoutMs === undefined ? {} : { Timeout: timeoutMs * NS }),
    ...(startPeriodMs === undefined ? {} : { StartPeriod: startPeriodMs * NS }),
    ...(retries === undefined ? {} : { Retries: retries }),
  }
}
