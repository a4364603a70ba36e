import { z } from 'zod'
import type { CheckResult } from './check-result.ts'
import { SEVERITIES } from './severity.ts'

const severity = z.enum(SEVERITIES)

const checked = z.strictObject({
  id: z.string(),
  title: z.string(),
  reason: z.string(),
  source: z.string(),
  /** Of the check; a fault may have a lighter one. */
  severity,
  /** Software → its settings that decide. */
  settings: z.record(z.string(), z.array(z.string())).optional(),
  durationMs: z.number(),
  finding: z.discriminatedUnion('verdict', [
    z.strictObject({ verdict: z.literal('ok') }),
    z.strictObject({
      verdict: z.literal('fault'),
      severity,
      expected: z.string(),
      came: z.string(),
      /** Lines, secrets masked. */
      dialogue: z.array(z.string()),
      log: z.array(z.string()),
    }),
    z.strictObject({ verdict: z.literal('not-applicable'), reason: z.string() }),
    z.strictObject({ verdict: z.literal('unknown'), reason: z.string(), dialogue: z.array(z.string()) }),
  ]),
})

/** What was found at one server, for programs. The number goes up when a program has to read it in another way. */
export const checkDocument = z.strictObject({
  format: z.literal(1),
  /** Who was asked, e.g. `postfix on trixie`. */
  subject: z.string(),
  /** Version of mailrig. */
  mailrig: z.string(),
  checks: z.array(checked),
})
export type CheckDocument = z.infer<typeof checkDocument>

export function toCheckDocument(
  results: readonly CheckResult[],
  { subject, mailrig }: { subject: string; mailrig: string },
): CheckDocument {
  return {
    format: 1,
    subject,
    mailrig,
    checks: results.map(({ check, finding, durationMs }) => ({
      id: check.id,
      title: check.title,
      reason: check.reason,
      source: check.source,
      severity: check.severity,
      ...(check.settings === undefined ? {} : { settings: listsOf(check.settings) }),
      durationMs,
      finding,
    })),
  }
}

function listsOf(settings: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(settings).map(([software, names]) => [software, [...names]]))
}
