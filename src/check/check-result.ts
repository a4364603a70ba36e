import type { Check } from './check.ts'
import type { Finding } from './finding.ts'

/** A check with what it found, and how long that took. */
export interface CheckResult {
  check: Check
  finding: Finding
  durationMs: number
}
