import type { LogEvent } from '../servers/log-event.ts'

/** Which events are meant: every field given must fit. A text must be equal, a RegExp must match; `to` fits any recipient. */
export type EventPattern = { event?: LogEvent['event'] | RegExp } & {
  [K in Exclude<keyof LogEvent, 'event'>]?: LogEvent[K] extends number | true | undefined
    ? LogEvent[K]
    : string | RegExp
}

export function matchesEvent(event: LogEvent, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = event[key as keyof LogEvent]
    if (Array.isArray(value)) return value.some((one) => fits(one, wanted))
    return fits(value, wanted)
  })
}

function fits(value: unknown, wanted: unknown): boolean {
  if (!(wanted instanceof RegExp)) return value === wanted
  return typeof value === 'string' && new RegExp(wanted.source, wanted.flags.replace('g', '')).test(value)
}

/** `reject, to "x@y", reason /denied/`: for messages. */
export function describePattern(pattern: EventPattern): string {
  const { event, ...fields } = pattern
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key} ${value instanceof RegExp ? value : JSON.stringify(value)}`,
  )
  return [String(event ?? 'any event'), ...rest].join(', ')
}
