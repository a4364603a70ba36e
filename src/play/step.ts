import type { Place } from '../yaml/place.ts'

/** `observed`: recorded, not judged; `skipped`: an earlier step failed, or it cannot be asked there. */
export type Verdict = 'pass' | 'fail' | 'observed' | 'skipped'

/** One row of a play: what was said, what had to come, what came. Secrets are masked. */
export interface Step {
  /** In the session file. */
  line: number
  /** What was sent since the step before, a line each; an action in its own words. */
  sent: string
  /** As the file says it; empty where nothing was expected. */
  expected: string
  /** What came; empty where nothing did. */
  received: string
  verdict: Verdict
  /** Milliseconds this step took. */
  ms: number
  /** Why it failed or was skipped. */
  why?: string
}

/** The step that failed, and where. */
export interface Failure {
  place: Place
  step: Step
}

/** What one server did with a file. */
export interface Played {
  verdict: 'pass' | 'fail'
  steps: Step[]
  failure?: Failure
}
