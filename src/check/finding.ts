import type { Severity } from './severity.ts'

/** What a check found. */
export type Finding =
  | { verdict: 'ok' }
  | {
      verdict: 'fault'
      severity: Severity
      expected: string
      came: string
      /** The dialogues, a line each, secrets masked. */
      dialogue: string[]
      /** Lines of the server's log about the messages of the check. */
      log: string[]
    }
  | { verdict: 'not-applicable'; reason: string }
  /** It could not be told. */
  | { verdict: 'unknown'; reason: string; dialogue: string[] }

export type Verdict = Finding['verdict']

/** Ends a check early. Never leaves the runner. */
export class CheckEnded extends Error {
  readonly finding: Finding

  constructor(finding: Finding) {
    super(finding.verdict)
    this.finding = finding
  }
}
