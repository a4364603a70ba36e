import { type LogEvent, type LogEventKind, logEvent, seconds, statusIn } from '../log-event.ts'

/** Eight characters of time and sequence, then the process number in six digits or more. */
const QUEUE_ID = '[0-9A-Za-z]{8}\\d{6,}'
/** `Nov 22 11:17:48 mx mail.info sm-mta[42]: 6AMBHmef000042: text`, as busybox's syslogd writes it. */
const LINE = new RegExp(
  `^(\\w{3} [ \\d]\\d [\\d:]{8}) \\S+ (?:\\w+\\.(\\w+) )?(?:sm-mta|sendmail|sm-msp)[^[\\s]*\\[\\d+\\]: (?:(?:(${QUEUE_ID})|NOQUEUE): )?(.*)$`,
)
/** A message made because of this one: a bounce, a receipt, a warning, a copy in the name of a list's owner. */
const CHILD = new RegExp(`^(${QUEUE_ID}): (.*)$`)
/** The submission program handing a message to the daemon of the same host. */
const HANDED_OVER = new RegExp(`\\((${QUEUE_ID}) Message accepted`)

/** syslog(3) priorities that tell of trouble. */
const PRIORITIES: Record<string, LogEventKind> = {
  warn: 'warning',
  warning: 'warning',
  err: 'error',
  error: 'error',
  crit: 'fatal',
  alert: 'panic',
  emerg: 'panic',
}

/**
 * Reads a line that sendmail writes at log level 10 or higher.
 *
 * Every connection is given a queue id, so that an id alone is no message yet: `from=` with a Message-ID, which sendmail
 * adds where it is missing, begins one.
 *
 * @see Sendmail Installation and Operation Guide, "System Log"
 */
export function readLog(line: string): LogEvent {
  const [, time, priority = 'info', queueId, text = ''] = LINE.exec(line) ?? []
  if (time === undefined) return logEvent('raw')
  const event = read(text) ?? logEvent(PRIORITIES[priority] ?? 'raw', { reason: text })
  const known = event.event === 'raw' ? logEvent('raw') : event
  return { ...known, time, ...(queueId === undefined ? {} : { queueId }) }
}

function read(text: string): LogEvent | undefined {
  const [, child, why = ''] = CHILD.exec(text) ?? []
  if (child !== undefined) {
    // What is left of a message whose recipients all went into such copies ends without a line of its own.
    // So does one that was given up as a whole, before any recipient was looked at.
    const ends = why.startsWith('clone: ') || why.startsWith('DSN: Too many hops')
    return logEvent('notified', { child, reason: why, removed: ends || undefined })
  }
  if (text.startsWith('done; ')) {
    return logEvent('removed', { removed: true, delay: seconds(/ delay=([\d:+]+)/.exec(text)?.[1]) })
  }
  if (text.startsWith('from=')) return arrival(text)
  if (text.startsWith('to=')) return delivery(text)
  return (
    connection(text) ??
    milter(text) ??
    refusal(text) ??
    (NOTES.test(text) ? logEvent('note', { reason: text }) : undefined)
  )
}

const NOTES =
  /^(?:Authentication-Warning: |alias |forward |ldap=\w+, |tls_(?:clt|srv)_features=|AUTH=client|dns \S+ => |map=\w+, key=.*, val=|locked$|\S+ (?:\(.*\) )?\[[^\]]*\]: (?:VRFY|EXPN|ETRN|NOOP) |started as: |starting daemon|restarting |runqueue: |unquarantine|grew WorkList|low on |Too many recipients$)/

function arrival(text: string): LogEvent {
  const from = addresses(/^from=(.*?), size=/.exec(text)?.[1])?.[0] ?? ''
  const messageId = /, msgid=<?([^>,]*)>?/.exec(text)?.[1]
  const user = /, relay=(\S+)@localhost$/.exec(text)?.[1]
  // Without a Message-ID it is a transaction that never had a message.
  return logEvent(messageId === undefined ? 'note' : 'queued', {
    from,
    messageId,
    size: Number(/, size=(\d+)/.exec(text)?.[1]),
    client: user === undefined ? /, relay=(.*)$/.exec(text)?.[1] : undefined,
    origin: user === undefined ? undefined : 'local',
  })
}

function delivery(text: string): LogEvent {
  const [, listed, rest = ''] = /^to=(.*?)(, (?:\[more\], )?(?:ctladdr|delay|xdelay)=.*)$/.exec(text) ?? []
  const stat = /, stat=(.*)$/.exec(rest)?.[1] ?? ''
  const fields = {
    to: addresses(listed),
    delay: seconds(/, delay=([\d:+]+)/.exec(rest)?.[1]),
    status: /, dsn=([\d.]+)/.exec(rest)?.[1],
    // 8.15 has no reply=, and repeats of the reply only that which defers.
    reply: /, reply=(.*?), stat=/.exec(rest)?.[1] ?? /^Deferred: (\d{3} .*)$/.exec(stat)?.[1],
    relay: /, relay=(.*?)(?:, dsn=|, reply=|, stat=|$)/.exec(rest)?.[1] ?? /, mailer=([^,]+)/.exec(rest)?.[1],
    reason: stat,
  }
  // No mailer has seen it: refused at the end of DATA, discarded, or given up by the client.
  if (!rest.includes(', mailer=')) {
    const kind = stat === 'discarded' ? 'discarded' : stat === 'RSET' ? 'removed' : 'reject'
    return logEvent(kind, { ...fields, removed: true })
  }
  if (/^(?:Deferred|queued)\b/.test(stat)) return logEvent('deferred', fields)
  if (!/^Sent\b/.test(stat)) return logEvent('bounced', fields)
  const child = fields.relay?.includes('[127.0.0.1]') ? HANDED_OVER.exec(stat)?.[1] : undefined
  return logEvent('delivered', { ...fields, child })
}

function connection(text: string): LogEvent | undefined {
  const connected = /^connect from (.*)$/.exec(text)
  if (connected) return logEvent('connect', { client: connected[1] })
  const left = /^(.*?\]) did not issue |^lost input channel from (.*?\]) |^timeout waiting for input from (\S+)/.exec(
    text,
  )
  if (left) return logEvent('disconnect', { client: left[1] ?? left[2] ?? left[3], reason: text })
  const tls = /^STARTTLS=(?:server|client), relay=(.*?), version=(.*?), .*?cipher=(.*?), bits=/.exec(text)
  if (tls) return logEvent('tls', { client: tls[1], tls: `${tls[2]} ${tls[3]}` })
  if (/^STARTTLS=(?:server|client), (?:error|relay=.*?, (?:reject|fail))/.test(text))
    return logEvent('tls', { failed: true, reason: text })
  const login = /^AUTH=server, relay=(.*?), authid=(.*?), mech=/.exec(text)
  if (login) return logEvent('auth', { client: login[1], user: login[2] })
  if (text.startsWith('AUTH failure '))
    return logEvent('auth', {
      failed: true,
      user: /, user=([^,]+)/.exec(text)?.[1],
      client: /, relay=(.*)$/.exec(text)?.[1],
      reason: text,
    })
  return undefined
}

/** What milters do that is neither refusal nor quarantine. Their troubles are known by the priority of their lines. */
const MILTER_NOTES =
  /^(?:milter=\S+, action=|Milter accept: |Milter: (?:no active filter|connect to filters|connect, ending|data, discard|initialization failed, temp)|Milter \(\S+\)(?:: (?:init success|abort filter|to error state)| (?:change|add|delete|insert|chgfrom|message)\b))/

function milter(text: string): LogEvent | undefined {
  const quarantine = /^milter=\S+, quarantine=(.*)$/.exec(text)?.[1]
  if (quarantine !== undefined) return logEvent('held', { reason: quarantine })
  const [, what = '', said] = /^Milter: (.*?), reject=(.*)$/.exec(text) ?? []
  if (said !== undefined) {
    const [, path, address] = /^(from|to)=(.*)$/.exec(what) ?? []
    return logEvent('reject', {
      ...(path === 'to' ? { to: addresses(address) } : path === 'from' ? { from: addresses(address)?.[0] } : {}),
      reply: said,
      reason: said,
      status: statusIn(said),
    })
  }
  if (/^Milter: connect: .* (?:rejecting|temp failing) commands$/.test(text))
    return logEvent('reject', { reason: text })
  if (/^SMTP \w+ command .* (?:tempfailed|rejected) \(due to previous checks\)$/.test(text)) {
    return logEvent('reject', { reason: text })
  }
  return MILTER_NOTES.test(text) ? logEvent('note', { reason: text }) : undefined
}

function refusal(text: string): LogEvent | undefined {
  const [, argument = '', client, word, said] =
    /^ruleset=\w+, arg1=(.*?)(?:, arg2=.*?)?, relay=(.*?), (reject|quarantine|discard)=?(.*)$/.exec(text) ?? []
  if (word !== undefined) {
    const kind = word === 'reject' ? 'reject' : word === 'discard' ? 'discarded' : 'held'
    const to = text.startsWith('ruleset=check_rcpt') ? addresses(argument) : undefined
    const from = text.startsWith('ruleset=check_mail') ? addresses(argument)?.[0] : undefined
    return logEvent(kind, {
      client,
      to,
      from,
      reply: said || undefined,
      reason: said || undefined,
      status: statusIn(said),
    })
  }
  const [, who, reason] = /^(\S.*?)\.\.\. (.*)$/.exec(text) ?? []
  if (who !== undefined) return logEvent('reject', { to: addresses(who), reason })
  // It could not be written to the queue, and the client is told so: 451, or the connection ends.
  if (/^SYSERR\(\w+\): (?:queueup|collect): cannot (?:create|write)/i.test(text)) {
    return logEvent('reject', { reason: text, removed: true })
  }
  if (/^SYSERR\b/.test(text)) return logEvent('error', { reason: text })
  if (/^\S+ \[[^\]]*\]: SMTP violation|^possible SMTP attack/.test(text)) return logEvent('warning', { reason: text })
  // 8.15 takes the message all the same: it has no `status=`.
  if (/^collect: .*, info=Bare .*, where=\w+$/.test(text)) return logEvent('note', { reason: text })
  if (/^(?:collect: |headers too large|message size \(|rejecting |\S+ parameter (?:unrecognized|not))/.test(text))
    return logEvent('reject', { reason: text })
  return /^(?:quarantine|Quarantine)/.test(text) ? logEvent('held', { reason: text }) : undefined
}

/** `<a@b>,<c@d>` and `a@b,c` alike, without angle brackets. */
function addresses(listed: string | undefined): string[] | undefined {
  return listed?.split(/,(?=\S)/).map((one) => one.trim().replace(/^<(.*)>,?$/, '$1'))
}
