import { type LogEvent, type LogEventKind, logEvent } from '../log-event.ts'

/**
 * `Nov 22 13:36:56 lmtp(jim@example.com)<7><EOI7…>: Info: text`; 2.3 and 2.4 alike. In the system log, host and program
 * stand before it, and nothing says `Info`.
 */
const LINE =
  /^(\w{3} [ \d]\d [\d:]{8}) (?:(?:\S+ )?dovecot(?:\[\d+\])?: )?([\w-]+)(?:\(([^)]*)\))?(?:<[^>]*>)*: (?:(Info|Warning|Error|Fatal|Panic): )?(.*)$/

/** Reads one line of Dovecot's log. */
export function readLog(line: string): LogEvent {
  const [, time, service = '', who, level = 'Info', text = ''] = LINE.exec(line) ?? []
  if (time === undefined) return logEvent('raw')
  if (level !== 'Info') return logEvent(level.toLowerCase() as LogEventKind, { time, reason: text })
  return { ...read(service, who, text), time }
}

function read(service: string, who: string | undefined, text: string): LogEvent {
  // From Pigeonhole's and Dovecot's own delivery alike: msgid=<id>: saved mail to INBOX.
  const stored = /\bmsgid=(?:<([^>]*)>|\S+).*?: (?:saved|stored|delivered) mail (?:in)?to (.*)$/.exec(text)
  if (stored) {
    // Without a folder, LMTP names no user before it has one.
    return logEvent('store', {
      messageId: stored[1] || undefined,
      to: who === undefined ? undefined : [who],
      reason: text,
    })
  }
  const [, original, recipient] =
    /\bmsgid=(?:<([^>]*)>|\S+): (?:vacation action: sent vacation response|redirect action: forwarded) to <([^>]*)>/.exec(
      text,
    ) ?? []
  if (recipient !== undefined)
    return logEvent('notified', {
      messageId: original,
      to: [recipient],
      reason: text.replace(/^.*?: (?=\w+ action)/, ''),
    })
  const login = /^(?:Login|Logged in): user=<([^>]*)>/.exec(text)
  if (login) return logEvent('auth', { user: login[1], client: /\brip=([^,]+)/.exec(text)?.[1] })
  const failed =
    /^(?:conn unix:.*?: )?(?:[\w-]+\(([^,)<]+).*?\)?(?:<.*?>)?: )?(?:passwd-file: )?(Password mismatch|unknown user.*)$/i.exec(
      text,
    )
  if (failed)
    return logEvent('auth', { failed: true, user: failed[1] ?? who?.split(',', 1).join(''), reason: failed[2] })
  const connected = /^Connect from (\S+)/.exec(text)
  if (connected) return logEvent('connect', { client: connected[1] })
  if (/^(?:Disconnect|Disconnected|Login aborted|Logged out)\b/.test(text))
    return logEvent('disconnect', { reason: text })
  return service === 'master' ? logEvent('note', { reason: text }) : logEvent('raw')
}
