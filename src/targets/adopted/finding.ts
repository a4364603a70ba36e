/** Something wrong with a configuration, on one release. */
export interface Finding {
  /** `fault`: it does not run, or not as written. `warning`: it runs, and its server complains. */
  severity: 'fault' | 'warning'
  server: string
  /** As the server says it, or shorter. */
  message: string
  /** `file:line`, where it can be told. */
  place?: string
  /** What to write instead, where the release notes name it. */
  remedy?: string
}
