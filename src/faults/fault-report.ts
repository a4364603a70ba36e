/** What a fault did. */
export interface FaultReport {
  /** The servers that it met, e.g. `postfix`. */
  servers: readonly string[]
  /** From the fault until they were ready again, ms. */
  awayMs: number
  /** Lock files that were left without an owner, and that mailrig removed from the disk before the start. */
  removedLocks?: number
}
