import { type LogEvent, type LogEventKind, logEvent } from '../log-event.ts'

/** `Nov 22 13:36:56 host mail.info cyrus/lmtp[92]: text`, as busybox's syslogd writes it. */
const LINE = /^(\w{3} [ \d]\d [\d:]{8}) \S+ (?:\w+\.(\w+) )?cyrus\/(\w+)\[\d+\]: (.*)$/

/** syslog(3) priorities that tell of trouble. Cyrus says `err` of a wrong password, too. */
const PRIORITIES: Record<string, LogEventKind> = {
  warn: 'warning',
  warning: 'warning',
  err: 'error',
  crit: 'fatal',
  alert: 'panic',
  emerg: 'panic',
}

/** Reads one line of what Cyrus says to syslog(3). */
export function readLog(line: string): LogEvent {
  const [, time, priority = 'info', service = '', text = ''] = LINE.exec(line) ?? []
  if (time === undefined) return logEvent('raw')
  const event = read(service, text) ?? logEvent(PRIORITIES[priority] ?? 'note', { reason: text })
  return { ...event, time }
}

function read(service: string, text: string): LogEvent | undefined {
  if (text.startsWith('Delivered: ')) return delivered(text)
  const failed = /^badlogin: .*? \[([^\]]*)\] \S+ (?:\(?([^)\s[]*)\)? )?\[(.*)\]$/.exec(text)
  if (failed) {
    const [, client, user, reason] = failed
    return logEvent('auth', { failed: true, client, user: user || undefined, reason })
  }
  const login = /^login: .*? \[([^\]]*)\] (\S+) /.exec(text)
  if (login) return logEvent('auth', { user: login[2], client: login[1] })
  if (/^session ended: /.test(text)) return logEvent('disconnect', { reason: text })
  return service === 'master' ? logEvent('note', { reason: text }) : undefined
}

/** `messageid=<1@x> userid=<jim@example.com> mailbox=<…>` since 3.8; `<1@x> to mailbox: user.jim` before. */
function delivered(text: string): LogEvent {
  const field = (name: string) => new RegExp(`\\b${name}=<([^>]*)>`).exec(text)?.[1]
  const messageId = field('messageid') ?? /^Delivered: <([^>]*)>/.exec(text)?.[1]
  const user = field('userid') ?? ownerOf(/ to mailbox: (\S+)/.exec(text)?.[1] ?? '')
  return logEvent('store', {
    messageId: messageId || undefined,
    to: user === undefined ? undefined : [user],
    reason: text,
  })
}

/** `example.com!user.jane^doe.Lists` is a folder of jane.doe@example.com: "." parts folders, and "^" stands for it in names. */
function ownerOf(mailbox: string): string | undefined {
  const [, domain, localPart] = /^(?:([^!]+)!)?user\.([^.]+)/.exec(mailbox) ?? []
  if (localPart === undefined) return undefined
  return `${localPart.replaceAll('^', '.')}${domain === undefined ? '' : `@${domain}`}`
}
