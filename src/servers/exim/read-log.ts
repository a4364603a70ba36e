import { type LogEvent, type LogEventKind, logEvent, seconds, statusIn } from '../log-event.ts'

/**
 * A message id: 6-6-2 letters and digits up to Exim 4.96, 6-11-4 from 4.97 on (Exim specification §3.4).
 */
export const MESSAGE_ID = '[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{11}-[0-9A-Za-z]{4}|[0-9A-Za-z]{6}-[0-9A-Za-z]{2})'

/** Exim stamps each line itself; a syslogd puts its own stamp before it, and `[1/2]` where Exim splits a long line. */
const LINE = new RegExp(
  `^(?:.*\\bexim4?\\[\\d+\\]: (?:\\[\\d+[\\\\/]\\d+\\] )?)?(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?: [+-]\\d{4})?)(?: \\[\\d+\\])? (?:(${MESSAGE_ID}) )?(.*)$`,
)
const PARENT = new RegExp(` R=(${MESSAGE_ID})(?: |$)`)

/**
 * Reads a line of the main, reject or panic log (Exim specification §53). What Exim has for its panic log, it says on its
 * standard error first: a note, since the line that counts is still to come.
 */
export function readLog(line: string, stream: 'stdout' | 'stderr' = 'stdout'): LogEvent {
  const [, time, queueId, text = ''] = LINE.exec(line.trimEnd()) ?? []
  if (time === undefined) return logEvent('raw')
  if (stream === 'stderr') return { ...logEvent('note', { reason: text }), time }
  const event = queueId === undefined ? withoutMessage(text) : ofMessage(text)
  return { ...event, time, ...(queueId === undefined ? {} : { queueId }) }
}

function ofMessage(text: string): LogEvent {
  if (text.startsWith('<= ')) return arrival(text)
  const [, flag = '', rest = ''] = /^(=>|->|>>|\*>|==|\*\*) (.*)$/.exec(text) ?? []
  if (flag !== '') return delivery(flag, rest)
  if (/^Completed(?: |$)/.test(text)) return logEvent('removed', { removed: true, delay: seconds(queueTime(text)) })
  if (/^(?:Frozen|frozen by |Message is frozen)/.test(text)) return logEvent('held', { reason: text })
  if (/^(?:Unfrozen|unfrozen by )/i.test(text)) return logEvent('released', { reason: text })
  const refused = rejection(text)
  if (refused) {
    // A message refused after its end had an id, and is heard of no more. Of a recipient's refusal that is not so.
    return / rejected after DATA|^rejected from /.test(text) ? { ...refused, removed: true } : refused
  }
  const [, relay, reason] = /^H=(\S+ \[[^\]]*\]):? (.*)$/.exec(text) ?? []
  if (relay !== undefined) {
    const reply = /: ([245]\d\d[ -].*)$/.exec(reason ?? '')?.[1]
    return logEvent('attempt', { relay, reason, reply, status: statusIn(reply) })
  }
  // Our own login at a next hop.
  const [, host, said] =
    /^\S+ authenticator (?:failed|cancelled authentication) H=(\S+ \[[^\]]*\]) (.*)$/.exec(text) ?? []
  if (host !== undefined) {
    return logEvent('auth', { failed: true, relay: host, reason: said, reply: said, status: statusIn(said) })
  }
  return NOTES.test(text) ? logEvent('note', { reason: text }) : trouble(text)
}

/** Of a message, and no news of where it goes. */
const NOTES =
  /^(?:DKIM: |Spool file .* (?:is locked|not found)|Error reading spool file .*: No such file|no immediate delivery|removed by |cancelled |removed from |sender address changed|retry time not reached|SMTP data timeout|unexpected disconnection|Unable to|Failed writing transport result to pipe|[Mm]essage abandoned|error message sent|errors-to|qualify\/rewrite|Warning:|.* delivery suppressed|routed by|succeeded|.*: error ignored: )/

function arrival(text: string): LogEvent {
  const [, from = ''] = /^<= (".*?"\S*|\S+)/.exec(text) ?? []
  const [, listed] = / for (\S.*)$/.exec(text) ?? []
  const user = / A=\w+:(\S+)/.exec(text)?.[1]
  return logEvent('queued', {
    from: from === '<>' ? '' : from,
    to: listed?.split(' '),
    client: / H=((?:\S+ )?(?:\(\S*\) )?\[[^\]]*\])/.exec(text)?.[1],
    user,
    origin: /^[^"]*? P=local(?:-\w+)? /.test(text) ? 'local' : undefined,
    tls: / X=(\S+)/.exec(text)?.[1],
    size: Number(/ S=(\d+)/.exec(text)?.[1] ?? Number.NaN) || undefined,
    messageId: / S=\d+(?: .*?)? id=(\S+)/.exec(text)?.[1],
    parent: from === '<>' ? PARENT.exec(text)?.[1] : undefined,
  })
}

const FLAGS: Record<string, LogEventKind> = {
  '=>': 'delivered',
  '->': 'delivered',
  '>>': 'delivered',
  '*>': 'note',
  '==': 'deferred',
  '**': 'bounced',
}

/** `joe@example.com <team@example.com> R=router T=transport H=host [address] C="250 ok"`, or with `: reason` at its end. */
function delivery(flag: string, rest: string): LogEvent {
  const [, who = '', tail = ''] = /^(.*?)((?: [A-Z]=| \(|: | (?:routing )?defer ).*)?$/.exec(rest) ?? []
  const [, inner, original] = /^(.*) <(.*)>$/.exec(who) ?? []
  const address = inner ?? who
  if (/^:?blackhole:?$/.test(address)) {
    return logEvent('discarded', { to: original === undefined ? undefined : [original], reason: rest })
  }
  const failed = flag === '==' || flag === '**'
  const reason = failed ? /: (.*?)(?: [DQ]T=\S+)?$/.exec(tail)?.[1] : undefined
  const kind = flag === '**' && /retry timeout exceeded/.test(reason ?? '') ? 'expired' : FLAGS[flag]
  const reply = failed ? /: ([245]\d\d[ -].*)$/.exec(reason ?? '')?.[1] : / C="(.*?)"(?: |$)/.exec(tail)?.[1]
  return logEvent(kind ?? 'raw', {
    untried: kind === 'deferred' && reason?.startsWith('retry time not reached') ? true : undefined,
    to: [address],
    originalTo: original,
    relay: / H=(\S+ \[[^\]]*\])/.exec(tail)?.[1] ?? / T=([^\s:]+)/.exec(tail)?.[1],
    delay: seconds(queueTime(tail)),
    reply,
    status: statusIn(reply),
    reason: reason ?? reply,
  })
}

function queueTime(text: string): string | undefined {
  return / QT=([\d.]+s)/.exec(text)?.[1]
}

function withoutMessage(text: string): LogEvent {
  const connected = /^SMTP connection from (.*?) \(TCP\/IP connection count = \d+\)$/.exec(text)
  if (connected) return logEvent('connect', { client: connected[1] })
  const left = /^SMTP connection from (.*?)(?: D=\S+)? (lost|closed by .*?|closed after .*?)(?: D=\S+)?$/.exec(text)
  if (left) return logEvent('disconnect', { client: left[1], reason: left[2] })
  if (/^(?:unexpected disconnection|SMTP command timeout|SMTP data timeout)/.test(text))
    return logEvent('disconnect', {
      client: / (?:from|on connection from) (.*?)(?: D=|$)/.exec(text)?.[1],
      reason: text,
    })
  const tls = /^TLS (?:error|session) on connection (?:from|to) (.*?\]) (.*)$/.exec(text)
  if (tls) return logEvent('tls', { failed: true, client: tls[1], reason: tls[2] })
  const login = /^(\S+) authenticator failed for (.*?\]): (.*)$/.exec(text)
  if (login) {
    const user = /\(set_id=(.*?)\)/.exec(text)?.[1]
    return logEvent('auth', { failed: true, client: login[2], user, reason: login[3], reply: login[3] })
  }
  if (/^(?:exim \S+ daemon started: |pid \d+: SIGHUP received|SMTP connection from \S+$)/.test(text))
    return logEvent('note', { reason: text })
  return rejection(text) ?? trouble(text)
}

/** `H=(h) [a] F=<f> rejected RCPT <t>: reason`, and what is refused before it comes that far. */
function rejection(text: string): LogEvent | undefined {
  const client = /(?:\bH=|\bfrom )((?:\S+ )?(?:\(\S*\) )?\[[^\]]*\])/.exec(text)?.[1]
  const from = / F=<(.*?)>/.exec(text)?.[1]
  if (/ RCPT <.*>: discarded by /.test(text)) {
    return logEvent('discarded', { client, from, to: recipient(text), reason: text.replace(/^.*?>: /, '') })
  }
  const asked = / rejected ((?:VRFY|EXPN|ETRN|HELP|STARTTLS|AUTH|QUIT|PRDR)\b.*)$/.exec(text)?.[1]
  if (asked !== undefined) return logEvent('reject', { client, reason: asked })
  const [, what, reason] =
    /(?:^| )(?:temporarily )?rejected (RCPT <.*?>|\w+ .*?|after DATA.*?|from .*?|connection.*?)(?::| H=.*?:) (.*)$/.exec(
      text,
    ) ??
    /^(SMTP (?:protocol|syntax|protocol synchronization) error .*?|unqualified \w+ rejected:?) (.*)$/.exec(text) ??
    []
  if (what === undefined) return undefined
  const reply = /^[245]\d\d /.test(reason ?? '') ? reason : undefined
  if (what.startsWith('unqualified')) return logEvent('reject', { client, reason: text.replace(/ H=.*$/, '') })
  return logEvent('reject', { client, from, to: recipient(text), reason, reply, status: statusIn(reply) })
}

function recipient(text: string): string[] | undefined {
  const to = / RCPT <(.*?)>:/.exec(text)?.[1]
  return to === undefined ? undefined : [to]
}

/** The panic log's lines bear no mark of it (§53.1). */
const ERRORS = /\b(?:configuration error|panic|[Ff]ailed to|[Uu]nable to|cannot |Tainted|not permitted)\b/

function trouble(text: string): LogEvent {
  if (/^Warning: |^\*\*\*\* /i.test(text)) return logEvent('warning', { reason: text })
  return ERRORS.test(text) ? logEvent('error', { reason: text }) : logEvent('raw')
}
