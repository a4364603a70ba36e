import { type LogEvent, logEvent } from '../../servers/log-event.ts'
import type { MtaAdapter } from '../../servers/mta-adapter.ts'
import { DEFAULT_STORE } from '../../servers/registry.ts'

/** `Nov 30 00:18:57 mail opendkim[31]: text`: when, and which program. */
const SYSLOG = /^(\w{3} [ \d]\d [\d:]{8}) \S+ ([^\s[:]+)(?:\[\d+\])?: (.*)$/
/** Programs of an MTA, by the names that they log with; syslog_name of Postfix may be any, with the daemon behind it. */
const OF_AN_MTA =
  /^(?:postfix|post(?:alias|cat|conf|drop|kick|lock|log|map|multi|queue|super)$|exim|sendmail|sm-m|smtpd$)|.\//

/**
 * Reads the log of a host on which several programs write. What is not the MTA's own is understood, whatever it says:
 * none of it tells what the MTA still holds, although it may name the id of a message.
 */
export function hostLogReader(readLog: MtaAdapter['readLog']): MtaAdapter['readLog'] {
  return (line, stream) => {
    const [, time, program = '', text = ''] = SYSLOG.exec(line) ?? []
    if (time === undefined || OF_AN_MTA.test(program)) return readLog(line, stream)
    return neighbourEvent(line, program, { time, text })
  }
}

function neighbourEvent(line: string, program: string, { time, text }: { time: string; text: string }): LogEvent {
  const read = program === DEFAULT_STORE.name ? DEFAULT_STORE.readLog(line) : logEvent('raw')
  return read.event === 'raw' ? logEvent('note', { time, reason: text }) : read
}

/** Whether a line of the system log is of that program. */
export function isFrom(program: string, line: string): boolean {
  return SYSLOG.exec(line)?.[2] === program
}
