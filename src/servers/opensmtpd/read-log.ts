import { type LogEvent, type LogEventKind, logEvent, seconds, statusIn } from '../log-event.ts'

/** The time that complete-log.pl writes, or what syslogd does. */
const LINE = /^(?:(\d{4}-\d\d-\d\dT[\d:.]+Z) |(\w{3} [ \d]\d [\d:]{8}) \S+ (?:\w+\.\w+ )?smtpd\[\d+\]: )(.*)$/
/** A session, and what kind: `smtp` with a client, `mta` with a next hop, `mda` with a delivery agent. */
const SESSION = /^[0-9a-f]{16} (smtp|mta|mda) (.*)$/

/**
 * Reads a line of smtpd, or one that docker/opensmtpd/complete-log.pl made. A message has one id, of which the ids of its
 * envelopes are made.
 */
export function readLog(line: string): LogEvent {
  const [, ours, syslog, text = ''] = LINE.exec(line) ?? []
  const time = ours ?? syslog
  if (time === undefined) return logEvent('raw')
  return { ...read(text), time }
}

function read(text: string): LogEvent {
  const [, kind, said = ''] = SESSION.exec(text) ?? []
  if (kind === 'smtp') return session(said)
  if (kind !== undefined) return delivery(kind, said)
  return queue(text) ?? problem(text)
}

const FAILED: Record<string, LogEventKind> = {
  PermFail: 'bounced',
  Loop: 'bounced',
  TempFail: 'deferred',
  Ok: 'delivered',
}

function session(said: string): LogEvent {
  const [verb = ''] = said.split(' ', 1)
  switch (verb) {
    case 'connected':
      return logEvent('connect', { client: clientOf(said) })
    case 'disconnected':
      return logEvent('disconnect', { reason: field(said, 'reason') })
    case 'message':
      return logEvent('queued', {
        queueId: field(said, 'msgid'),
        size: Number(field(said, 'size')),
        messageId: field(said, 'message-id'),
        user: field(said, 'user'),
        ...(field(said, 'client') === 'local' ? { origin: 'local' as const } : { client: field(said, 'client') }),
      })
    case 'envelope':
      return logEvent('queued', {
        queueId: field(said, 'evpid')?.slice(0, 8),
        from: field(said, 'from'),
        to: listOf(field(said, 'to')),
      })
    case 'tls':
      return logEvent('tls', { tls: field(said, 'ciphers') })
    case 'authentication': {
      const failed = field(said, 'result') === 'ok' ? undefined : true
      return logEvent('auth', { user: field(said, 'user'), failed })
    }
    case 'failed-command':
    case 'bad-input':
      return refusal(said)
    default:
      return logEvent('note', { reason: said })
  }
}

function clientOf(said: string): string {
  const address = field(said, 'address')
  return address === 'local' ? 'local' : `${field(said, 'host')}[${address}]`
}

function refusal(said: string): LogEvent {
  const reply = field(said, 'result')
  const [, verb, path] = /command="(MAIL FROM|RCPT TO):\s*<([^>]*)>/i.exec(said) ?? []
  return logEvent('reject', {
    reply,
    reason: reply,
    status: statusIn(reply),
    to: verb?.toUpperCase() === 'RCPT TO' ? listOf(path) : undefined,
    from: verb?.toUpperCase() === 'MAIL FROM' ? path : undefined,
  })
}

/** What became of one envelope; and what a session with a next hop says of itself. */
function delivery(kind: string, said: string): LogEvent {
  if (!said.startsWith('delivery ')) {
    if (/^tls /.test(said)) return logEvent('tls', { tls: field(said, 'ciphers') })
    if (/^(?:error|server-cert-check .*failure)/.test(said)) return logEvent('attempt', { reason: said })
    return logEvent('note', { reason: said })
  }
  const result = field(said, 'result') ?? ''
  const stat = /\bstat="?(.*?)"?$/.exec(said)?.[1]
  const original = field(said, 'rcpt')
  // Whom no alias leads to: smtpd-conf.ts has the action "discard" alone run as that user.
  const discarded = result === 'Ok' && field(said, 'user') === 'nobody'
  return logEvent(discarded ? 'discarded' : (FAILED[result] ?? 'raw'), {
    queueId: field(said, 'evpid')?.slice(0, 8),
    from: field(said, 'from'),
    to: listOf(field(said, 'to')),
    originalTo: original === '-' ? undefined : original,
    relay: kind === 'mta' ? relayOf(field(said, 'relay')) : 'local',
    delay: spanOf(field(said, 'delay')),
    reply: kind === 'mta' ? stat : undefined,
    status: statusIn(stat),
    reason: discarded ? 'by the action "discard"' : stat,
  })
}

/** `198.18.0.2 (name)` → `name[198.18.0.2]`, as the others have it. */
function relayOf(relay: string | undefined): string | undefined {
  const [, address, name] = /^(\S+) \((.*)\)$/.exec(relay ?? '') ?? []
  return address === undefined ? relay : `${name}[${address}]`
}

/** `1h2m3s` → seconds. */
function spanOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, days = '0', hours = '0', minutes = '0', rest = '0'] =
    /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? []
  return seconds(`${days}+${hours}:${minutes}:${rest}`)
}

function queue(text: string): LogEvent | undefined {
  const [, queueId, what, parent] =
    /^queue: message ([0-9a-f]{8}) (coming|dropped|removed|made because of ([0-9a-f]{8}))$/.exec(text) ?? []
  if (what === 'coming') return logEvent('note', { queueId, coming: true })
  if (what === 'dropped' || what === 'removed') return logEvent('removed', { queueId, removed: true })
  if (what !== undefined) return logEvent('notified', { queueId: parent, child: queueId })
  const [, paused, how] = /^queue: envelope ([0-9a-f]{8})[0-9a-f]{8} (paused|resumed)$/.exec(text) ?? []
  if (how !== undefined) return logEvent(how === 'paused' ? 'held' : 'released', { queueId: paused })
  const [, word, given, fields = ''] = /^(?:relay|delivery): (\w+) for ([0-9a-f]{8})[0-9a-f]{8}: (.*)$/.exec(text) ?? []
  if (word === undefined) return undefined
  return logEvent(word === 'Expire' ? 'expired' : word === 'Remove' ? 'note' : 'bounced', {
    queueId: given,
    from: field(fields, 'from'),
    to: listOf(field(fields, 'to')),
    reason: /\bstat=(.*)$/.exec(fields)?.[1],
  })
}

const KINDS: Record<string, LogEventKind> = { warn: 'warning', fatal: 'fatal', info: 'note', 'smtp-out': 'note' }

function problem(text: string): LogEvent {
  const [, word = ''] = /^(?:smtpd: )?([\w-]+): /.exec(text) ?? []
  const kind = KINDS[word]
  if (kind !== undefined) return logEvent(kind, { reason: text })
  return /^\S+ \w+ing$|^smtpd: /.test(text) ? logEvent('note', { reason: text }) : logEvent('raw')
}

/** The value of `name=value`, `name=<value>` or `name="value"`. */
function field(text: string, name: string): string | undefined {
  const [, bracketed, inQuotes, bare] =
    new RegExp(`(?:^|[ ,])${name}=(?:<([^>]*)>|"((?:[^"\\\\]|\\\\.)*)"|([^ ,]*))`).exec(text) ?? []
  return bracketed ?? inQuotes?.replace(/\\(.)/g, '$1') ?? bare
}

function listOf(address: string | undefined): string[] | undefined {
  return address === undefined ? undefined : [address]
}
