import { type LogEvent, type LogEventKind, logEvent, seconds, statusIn } from '../log-event.ts'

/**
 * `Nov 22 11:10:49 mx postfix/qmgr[87]: text`. The program may carry more names: `postfix/submission/smtpd`. A syslogd
 * puts facility and priority before it; a command that has no log yet writes `postalias: text`.
 */
const LINE =
  /^(?:(\w{3} [ \d]\d [\d:]{8}) \S+ )?(?:\w+\.\w+ )?(?:postfix\/(?:[^\s[]+\/)?([\w-]+)\[\d+\]|(post[a-z]+)(?:\[\d+\])?): (.*)$/

/** Long (postconf(5) enable_long_queue_ids: no vowels) or short (hexadecimal). */
const QUEUE_ID = '[0-9BCDFGHJ-NP-TV-Zbcdfghj-np-tv-z]{12,20}|[0-9A-F]{6,16}'
const WITH_ID = new RegExp(`^(?:(${QUEUE_ID})|NOQUEUE): (.*)$`)
const TROUBLE = /^(warning|error|fatal|panic): (.*)$/

/** Reads one line of Postfix's log. */
export function readLog(line: string): LogEvent {
  const [, time, daemon, command, body = ''] = LINE.exec(line) ?? []
  const program = daemon ?? command
  if (program === undefined) return logEvent('raw')
  const [, queueId, text = body] = WITH_ID.exec(body) ?? []
  const event = read(program, text)
  return { ...event, ...(time === undefined ? {} : { time }), ...(queueId === undefined ? {} : { queueId }) }
}

function read(program: string, text: string): LogEvent {
  const trouble = TROUBLE.exec(text)
  if (trouble) return troubled(trouble[1] as LogEventKind, trouble[2] ?? '')
  const readers = [delivery, verdict, ...(READERS[program] ?? []), connection]
  for (const reader of readers) {
    const event = reader(text)
    if (event) return event
  }
  return logEvent('raw')
}

type Reader = (text: string) => LogEvent | undefined

/** What a program alone says. */
const READERS: Record<string, Reader[]> = {
  smtpd: [accepted],
  cleanup: [messageId, gone],
  pickup: [submitted],
  qmgr: [active, gone, expired],
  bounce: [notification],
  postsuper: [gone, superseded],
  smtp: [attempt],
  lmtp: [attempt],
  master: [lifecycle],
  'postfix-script': [lifecycle],
}

function troubled(kind: LogEventKind, text: string): LogEvent {
  const [, client, mechanism, reason] = /^(\S+): SASL (\S+) authentication failed: ?(.*)$/.exec(text) ?? []
  if (mechanism !== undefined) {
    const user = /, sasl_username=(\S+)$/.exec(text)?.[1]
    return logEvent('auth', { failed: true, client, user, reason })
  }
  const [, queueId, reason2 = text] = WITH_ID.exec(text) ?? []
  return logEvent(kind, { queueId, reason: reason2 })
}

/** `tls=may:none`, the level asked for and what came of it, is of Postfix 3.11. */
const DELIVERY =
  /^to=<(.*?)>,(?: orig_to=<(.*?)>,)? relay=(.*?),(?: conn_use=\d+,)? delay=([\d.]+), delays=[\d./]+,(?: tls=[^,]+,)? dsn=([\d.]+), status=(\w+) \((.*)\)$/
const OUTCOMES: Record<string, LogEventKind> = {
  sent: 'delivered',
  deferred: 'deferred',
  bounced: 'bounced',
  expired: 'expired',
  deliverable: 'note',
  undeliverable: 'note',
}

function delivery(text: string): LogEvent | undefined {
  const [, to, originalTo, relay, delay, status, outcome = '', reason = ''] = DELIVERY.exec(text) ?? []
  if (to === undefined) return undefined
  // The reply of the next hop, or why there is none.
  const reply = /(?:said: |to me: |^)([245]\d\d[ -].*?)(?: \(in reply to .*\))?$/.exec(reason)?.[1]
  const kind = relay === 'none' && reason === 'access' ? 'discarded' : (OUTCOMES[outcome] ?? 'raw')
  const child = /^forwarded as (\w+)/.exec(reason)?.[1]
  return logEvent(kind, { to: [to], originalTo, relay, delay: seconds(delay), status, reason, reply, child })
}

/** `reject: RCPT from c[a]: 454 4.7.1 <x>: Relay access denied; from=<a> to=<x> proto=ESMTP helo=<c>`, access(5) words. */
const VERDICT =
  /^(?:milter-)?(reject|reject_warning|discard|hold|filter|redirect|prepend|replace|warn|info|bcc|strip|pass|dunno): (.*?) from (\S+?)([:;]) (.*)$/
const VERDICTS: Record<string, LogEventKind> = {
  reject: 'reject',
  reject_warning: 'warning',
  warn: 'warning',
  discard: 'discarded',
  hold: 'held',
}

function verdict(text: string): LogEvent | undefined {
  const [, word = '', what = '', client, separator, rest = ''] = VERDICT.exec(text) ?? []
  if (client === undefined) return undefined
  const from = / ?from=<(.*?)>/.exec(rest)?.[1]
  const to = / to=<(.*?)>/.exec(rest)?.[1]
  // Of header and body checks the text stands last: `…; from=<a> to=<b> proto=ESMTP helo=<c>: 5.7.1 text`.
  const said = separator === ':' ? rest.replace(/; (?:from|to|proto)=.*$/, '') : rest.replace(/^.*?(?:>|=\S+): /, '')
  const reply = /^[245]\d\d /.test(said) ? said : undefined
  const reason = separator === ':' ? said : `${what}: ${said}`
  return logEvent(VERDICTS[word] ?? 'note', {
    client,
    from,
    to: to === undefined ? undefined : [to],
    reason,
    reply,
    status: statusIn(said),
  })
}

function accepted(text: string): LogEvent | undefined {
  const [, client, rest = ''] = /^client=([^,]+)(.*)$/.exec(text) ?? []
  if (client === undefined) return undefined
  const user = /, sasl_username=([^,]+)/.exec(rest)?.[1]
  return logEvent(user === undefined ? 'note' : 'auth', { client, user })
}

function submitted(text: string): LogEvent | undefined {
  const from = /^uid=\d+ from=<(.*)>$/.exec(text)?.[1]
  return from === undefined ? undefined : logEvent('note', { from, origin: 'local', coming: true })
}

function messageId(text: string): LogEvent | undefined {
  const id = /^(?:resent-)?message-id=<?([^>]*)>?$/.exec(text)?.[1]
  return id === undefined ? undefined : logEvent('note', { messageId: id === '' ? undefined : id, coming: true })
}

function active(text: string): LogEvent | undefined {
  const [, from, size] = /^from=<(.*)>, size=(\d+), nrcpt=\d+ \(queue active\)$/.exec(text) ?? []
  return from === undefined ? undefined : logEvent('queued', { from, size: Number(size) })
}

function expired(text: string): LogEvent | undefined {
  const [, from, reason] = /^from=<(.*)>, status=(?:force-)?expired, (.*)$/.exec(text) ?? []
  if (from !== undefined) return logEvent('expired', { from, reason })
  return text === 'skipped, still being delivered' ? logEvent('note', { reason: text }) : undefined
}

function gone(text: string): LogEvent | undefined {
  return /^removed(?: \((?:canceled|discarded)\))?$/.test(text) ? logEvent('removed', { removed: true }) : undefined
}

function superseded(text: string): LogEvent | undefined {
  if (text === 'placed on hold') return logEvent('held', { reason: text })
  if (text === 'released from hold') return logEvent('released')
  return /^(?:requeued|expired|renamed|[A-Z][a-z ]+: \d+ messages?$)/.test(text)
    ? logEvent('note', { reason: text })
    : undefined
}

/** What bounce(8) calls a message made because of another one. */
function notification(text: string): LogEvent | undefined {
  const [, reason, child] = /^(\S+ (?:non-delivery|delay|delivery status) notification): (\w+)$/.exec(text) ?? []
  return child === undefined ? undefined : logEvent('notified', { reason, child })
}

function attempt(text: string): LogEvent | undefined {
  const [, relay] =
    /^(?:host|lost connection with|conversation with|connect to|timeout talking to|warning: host) (\S+?)(?:[: ]|$)/.exec(
      text,
    ) ?? []
  if (relay !== undefined) {
    const reply = /(?:said: |to me: )([245]\d\d[ -].*?)(?: \(in reply to .*\))?$/.exec(text)?.[1]
    return logEvent('attempt', { relay, reason: text, reply, status: statusIn(reply) })
  }
  if (/^(?:Cannot start TLS|TLS is required|Server certificate not|SASL authentication failed)/.test(text))
    return logEvent('attempt', { reason: text })
  return /^(?:breaking line|enabling |disabling |using |skipping )/.test(text)
    ? logEvent('note', { reason: text })
    : undefined
}

function lifecycle(text: string): LogEvent {
  return logEvent('note', { reason: text })
}

function connection(text: string): LogEvent | undefined {
  const [, word, after, client] =
    /^(connect|disconnect|lost connection|timeout|too many errors|improper command pipelining)(?: after ([\w -]+?))? from (\S+?)(?:[ :].*)?$/.exec(
      text,
    ) ?? []
  if (word === 'connect') return logEvent('connect', { client })
  if (word === 'disconnect') return logEvent('disconnect', { client })
  if (word === 'improper command pipelining') return logEvent('warning', { client, reason: text })
  if (word !== undefined) return logEvent('disconnect', { client, reason: `${word} after ${after}` })
  const [, peer, tls] = /^\w+ TLS connection (?:established|reused) (?:from|to) (\S+?): (.*)$/.exec(text) ?? []
  if (peer !== undefined) return logEvent('tls', { client: peer, tls })
  const failed = /^SSL_(?:accept|connect) error (?:from|to) (\S+?): (.*)$/.exec(text)
  if (failed) return logEvent('tls', { failed: true, client: failed[1], reason: failed[2] })
  return text.startsWith('discarding EHLO keywords: ') ? logEvent('note', { reason: text }) : undefined
}
