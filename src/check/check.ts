import type { Facts } from '../targets/facts.ts'
import type { CheckContext } from './check-context.ts'
import type { Severity } from './severity.ts'

/**
 * One question to a mail server. A file in `checks/` has one, or a few that belong together, as its default export.
 *
 * @example
 * import type { Check } from 'mailrig/check'
 *
 * export default {
 *   id: 'helo-is-answered',
 *   title: 'HELO is answered',
 *   reason: 'Old programs greet by HELO and no other word. They cannot send mail to a server that refuses it.',
 *   source: 'RFC 5321 4.1.1.1',
 *   severity: 'fault',
 *   async run(t) {
 *     const session = await t.session({ ehlo: false })
 *     t.replied(await session.helo(), 250, 'HELO')
 *   },
 * } satisfies Check
 */
export interface Check {
  /** In kebab-case; stays the same from version to version. */
  id: string
  /** What holds where it is ok, e.g. `HELO is answered`. */
  title: string
  /** Why it matters, in two sentences. */
  reason: string
  /** RFC with section, manual page, or CVE. */
  source: string
  severity: Severity
  /** Software → its settings that decide, in its own words. */
  settings?: Readonly<Record<string, readonly string[]>>
  /** Why it does not apply to a server of which these are the facts; undefined where it does. */
  notApplicable?(facts: Facts): string | undefined
  /**
   * True: it runs when nothing else does, because it needs the whole server, or is in the way of others. `last`: it runs
   * after all others, beside those that are last too, because a server may treat its client worse from then on.
   */
  alone?: boolean | 'last'
  /**
   * Asks. Ok where it resolves; `t.fault`, `t.unsure` and `t.doesNotApply` end it otherwise, and so do the methods of `t`
   * that say so. Any other error means that it could not be told.
   */
  run(t: CheckContext): Promise<void>
}
