import { MailrigError } from '../../errors/mailrig-error.ts'
import { describePattern, type EventPattern } from '../../rig/event-match.ts'
import type { RunningMta } from '../../rig/running-mta.ts'

/** Has the MTA logged such an event? Waits for it. */
export async function toHaveLogged(mta: RunningMta, pattern: EventPattern, options: { timeoutMs?: number } = {}) {
  try {
    const { text } = await mta.log.event(pattern, options.timeoutMs)
    return {
      pass: true,
      message: () => `expected no ${describePattern(pattern)} in the log of ${mta.name}, got\n  ${text}`,
    }
  } catch (error) {
    if (!(error instanceof MailrigError)) throw error
    return { pass: false, message: () => error.message }
  }
}
