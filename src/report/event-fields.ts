import type { LogEvent } from '../servers/log-event.ts'

/** What stands in the line word for word, and is long; and what every line has. */
const LEFT_OUT: ReadonlySet<string> = new Set(['event', 'time', 'reason', 'reply', 'at', 'text'])

/** A read log line in short, to stand beside the line itself: `deferred, queueId 4jX, to jim@example.com, status 4.2.1`. */
export function eventFields(event: LogEvent): string {
  const { queueId, ...others } = event
  // The tracker adds what it knows of the message in front.
  const fields = Object.entries({ queueId, ...others })
    .filter(([name]) => !LEFT_OUT.has(name))
    .flatMap(([name, value]) => (value === undefined ? [] : value === true ? name : `${name} ${shown(value)}`))
  return [event.event, ...fields].join(', ')
}

/** The null reverse-path (RFC 5321 §4.5.5) is a value, and an empty one could not be seen. */
function shown(value: string | number | string[]): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value)
  return text === '' ? '<>' : text
}
