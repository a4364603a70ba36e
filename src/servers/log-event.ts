/** What a line of a server's log can tell. */
export const LOG_EVENTS = [
  /** A client connected. */
  'connect',
  /** It left, or was lost. */
  'disconnect',
  /** A TLS session was established, or failed to be. */
  'tls',
  /** Somebody authenticated, or failed to. */
  'auth',
  /** A message was taken into the queue, or is taken up again. */
  'queued',
  /** One try with one host ended without a delivery; others may follow before the message is put off. */
  'attempt',
  'delivered',
  /** Put off; the message stays in the queue. */
  'deferred',
  /** Given up for a recipient, for good. */
  'bounced',
  /** Given up because it has been in the queue for too long. */
  'expired',
  /** Thrown away as the configuration says; nobody is told. */
  'discarded',
  /** Put aside (hold, frozen, quarantined): not tried again by itself. */
  'held',
  'released',
  /** Somebody is written a message because of this one: a bounce, a delay warning, a success notification. */
  'notified',
  /** The message has left the queue. */
  'removed',
  /** A command or a message was refused. */
  'reject',
  'warning',
  'error',
  'fatal',
  'panic',
  /** A message was stored in a mailbox of the mail store. */
  'store',
  /** Understood, and of no kind above. */
  'note',
  /** Not understood. The line is all there is. */
  'raw',
] as const
export type LogEventKind = (typeof LOG_EVENTS)[number]

/** One log line, read. Every field but `event` is there only where the line has it. */
export interface LogEvent {
  event: LogEventKind
  /** The line's own time stamp, as it stands there. */
  time?: string
  queueId?: string
  /** Without angle brackets. */
  messageId?: string
  /** Reverse-path without angle brackets; `''` is the null one. */
  from?: string
  /** Recipients, without angle brackets. */
  to?: string[]
  /** The recipient as it came, before aliases and rewriting. */
  originalTo?: string
  /** Who connected, as the server names it, e.g. `client.example[198.19.0.1]`. */
  client?: string
  /** The host a message was or should be handed to, as the server names it; `local` and the like for its own agents. */
  relay?: string
  /** What was said, by us to a client or by the next hop to us: code first, e.g. `451 4.3.2 later`. */
  reply?: string
  /** Enhanced status code (RFC 3463), e.g. `4.3.2`. */
  status?: string
  /** Why, in the server's words. */
  reason?: string
  /** Seconds between arrival and this line. */
  delay?: number
  /** Octets. */
  size?: number
  /** Who authenticated, or tried to. */
  user?: string
  /** Protocol and cipher, as the server names them. */
  tls?: string
  /** Of a message that was submitted on the host itself, by sendmail(1) and the like: nobody connected. */
  origin?: 'local'
  /** The server is taking the message in: it will be queued, unless whoever brings it breaks off. */
  coming?: true
  /** The queue id of a message made because of this one: a bounce, a delay warning, a forwarded copy. */
  child?: string
  /** The same seen from the other: the queue id of the message this one was made because of. */
  parent?: string
  /** Of `auth` and `tls`: it went wrong. */
  failed?: true
  /** Of `deferred`: nothing was tried, because it was too early for that; an earlier line says why, if there is one. */
  untried?: true
  /** The server holds the message no longer. Always there with `removed`, and with other kinds where no such line follows. */
  removed?: true
}

/** Fields as a regular expression leaves them: some undefined. */
export type LogFields = { [K in Exclude<keyof LogEvent, 'event'>]?: LogEvent[K] | undefined }

/** A LogEvent of these fields, without those that are undefined. */
export function logEvent(event: LogEventKind, fields: LogFields = {}): LogEvent {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return { event, ...Object.fromEntries(present) }
}

/** `12.5` → 12.5; `00:01:02`, `1+00:00:00` and `3.2s` → seconds. Undefined for undefined. */
export function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, days = '0', clock = ''] = /^(?:(\d+)\+)?(.*?)s?$/.exec(text) ?? []
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400
}

/** The enhanced status code in a text such as `550 5.1.1 unknown` (RFC 3463 §2). */
export function statusIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(text)?.[0]
}

const PROBLEMS: ReadonlySet<LogEventKind> = new Set(['reject', 'warning', 'error', 'fatal', 'panic'])

/** Is it what `egrep '(reject|warning|error|fatal|panic):'` looks for in Postfix's log? Failed logins and TLS are. */
export function isProblem({ event, failed }: LogEvent): boolean {
  return failed === true || PROBLEMS.has(event)
}
