import { oneOfThese } from '../../errors/did-you-mean.ts'
import { MailrigError } from '../../errors/mailrig-error.ts'
import { describePattern, type EventPattern } from '../../rig/event-match.ts'
import type { RunningMta } from '../../rig/running-mta.ts'
import { LOG_EVENTS, type LogEvent } from '../../servers/log-event.ts'
import { isMta, isObject } from './in-words.ts'
import { wrongKey } from './misuse.ts'
import { refuseOptions, type Waiting } from './waiting-matcher.ts'

/** What the value of each field is in a pattern. */
const FIELDS = {
  event: 'text',
  time: 'text',
  queueId: 'text',
  messageId: 'text',
  from: 'text',
  to: 'text',
  originalTo: 'text',
  client: 'text',
  relay: 'text',
  reply: 'text',
  status: 'text',
  reason: 'text',
  delay: 'number',
  size: 'number',
  user: 'text',
  tls: 'text',
  origin: 'text',
  coming: 'true',
  child: 'text',
  parent: 'text',
  failed: 'true',
  untried: 'true',
  removed: 'true',
} as const satisfies Record<keyof LogEvent, 'text' | 'number' | 'true'>

/** Has the MTA logged such an event? Waits for it. */
export const toHaveLogged: Waiting<RunningMta, [EventPattern, { timeoutMs?: number }?]> = {
  name: 'toHaveLogged',
  subject: { what: 'the server', is: isMta },
  example: "expect(mta).toHaveLogged({ event: 'reject', to: 'x@example.org' })",
  insteadOfNot: 'write await mta.settled(message), then look at mta.log.eventsOf(message) or mta.log.events',
  refuse([pattern, options]) {
    if (
      !isObject(pattern) ||
      Array.isArray(pattern) ||
      pattern instanceof RegExp ||
      Object.keys(pattern).length === 0
    ) {
      return { takes: `what the event is like, by one of ${Object.keys(FIELDS).join(', ')}`, given: pattern }
    }
    return wrongKey(pattern, Object.keys(FIELDS)) ?? wrongValue(pattern) ?? refuseOptions(options)
  },
  async run(mta, pattern, options = {}) {
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
  },
}

function wrongValue(pattern: Record<string, unknown>): string | undefined {
  const { event } = pattern
  if (typeof event === 'string' && !LOG_EVENTS.some((known) => known === event)) {
    return `there is no event ${JSON.stringify(event)}; ${oneOfThese(event, LOG_EVENTS)}`
  }
  for (const [key, value] of Object.entries(pattern)) {
    const wanted = FIELDS[key as keyof typeof FIELDS]
    const fits =
      wanted === 'text'
        ? typeof value === 'string' || value instanceof RegExp
        : wanted === 'number'
          ? typeof value === 'number'
          : value === true
    if (!fits)
      return `${key} is ${wanted === 'text' ? 'a text or a regular expression' : wanted === 'number' ? 'a number' : 'true'}, not ${JSON.stringify(value)}`
  }
  return undefined
}
