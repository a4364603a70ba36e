import { z } from 'zod'
import { quote } from './names.ts'

/** The name of a milter or policy service. */
export const filterName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, {
  error: (issue) =>
    `${quote(issue.input)} cannot be the name of a filter such as "spam-check" (lower case, at most 32)`,
})

/** Seconds. */
const timeout = z.int().min(1).max(3600)

/** A milter that mailrig plays: the MTA tells it of each client and message, and does what it says. */
export const milter = z.strictObject({
  /** What the MTA does with mail while the milter cannot be asked, or says what makes no sense (Postfix: milter_default_action). */
  onFailure: z.enum(['tempfail', 'reject', 'accept']).default('tempfail'),
  /** How long the MTA waits for it: for a connection, an answer, and the answer at the end of a message. Default: its own. */
  timeout: timeout.optional(),
})

/** A policy service that mailrig plays (Postfix: check_policy_service). */
export const policy = z.strictObject({
  /** In which of the MTA's lists of restrictions it is asked, as their last. */
  at: z.enum(['client', 'helo', 'sender', 'recipient', 'data', 'end-of-data']).default('recipient'),
  /** What the MTA does while it cannot be asked (Postfix: smtpd_policy_service_default_action). */
  onFailure: z.enum(['tempfail', 'accept']).default('tempfail'),
  /** How long the MTA waits for an answer. Default: its own. */
  timeout: timeout.optional(),
})
