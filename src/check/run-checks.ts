import { inTime } from '../metrics/patience.ts'
import type { Check } from './check.ts'
import { CheckContext } from './check-context.ts'
import type { CheckResult } from './check-result.ts'
import { CheckEnded, type Finding } from './finding.ts'
import type { Subject } from './subject.ts'

export interface RunOptions {
  /** How many checks run side by side. Default 8. */
  parallel?: number
  /** Bounds each wait for what should come, ms. Default 10 000 of an idle machine. */
  waitMs?: number
  /** Called as each check ends. */
  onResult?: (result: CheckResult) => void
  /** After a result of which this says true, no check begins; those under way end. */
  until?: (result: CheckResult) => boolean
}

/** How long an idle machine would give to one check, ms. */
const USUAL_MS = 30_000

/**
 * Runs checks against a server, side by side; then those that have to be alone, one by one; then the last, side by side.
 * Results are in the order of the checks. Nothing a check does makes it reject: an error in a check is that check's own
 * result.
 */
export async function runChecks(
  subject: Subject,
  checks: readonly Check[],
  options: RunOptions = {},
): Promise<CheckResult[]> {
  const { parallel = 8, waitMs, onResult, until } = options
  let over = false
  const results = new Map<Check, CheckResult>()
  const run = async (check: Check) => {
    if (over) return
    const began = performance.now()
    const finding = await runCheck(subject, check, waitMs)
    const result = { check, finding, durationMs: Math.round(performance.now() - began) }
    results.set(check, result)
    onResult?.(result)
    if (until?.(result)) over = true
  }
  const sideBySide = async (some: readonly Check[]) => {
    const waiting = [...some]
    const lane = async () => {
      for (let check = waiting.shift(); check; check = waiting.shift()) await run(check)
    }
    await Promise.all(Array.from({ length: parallel }, lane))
  }
  await sideBySide(checks.filter(({ alone }) => !alone))
  for (const check of checks.filter(({ alone }) => alone === true)) await run(check)
  await sideBySide(checks.filter(({ alone }) => alone === 'last'))
  return checks.flatMap((check) => results.get(check) ?? [])
}

async function runCheck(subject: Subject, check: Check, waitMs: number | undefined): Promise<Finding> {
  const t = new CheckContext(subject, check.severity, waitMs)
  try {
    const reason = check.notApplicable?.(subject.facts)
    if (reason !== undefined) return { verdict: 'not-applicable', reason }
    await inTime(check.run(t), undefined, USUAL_MS, (waited) => new Error(`it took longer than ${waited} ms`))
    return { verdict: 'ok' }
  } catch (error) {
    if (error instanceof CheckEnded) return error.finding
    const [first = '', ...rest] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { verdict: 'unknown', reason: first, dialogue: rest }
  } finally {
    await t.close()
  }
}
