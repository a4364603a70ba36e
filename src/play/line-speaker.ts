import type { LineSession } from '../session/line-session.ts'
import type { Heard } from '../session-file/heard.ts'
import { type Dialect, dialectOf, type Protocol } from '../session-file/statement.ts'
import { SessionSpeaker } from './session-speaker.ts'

/** IMAP, POP3 and ManageSieve: lines put together to replies. */
export class LineSpeaker extends SessionSpeaker<LineSession> {
  readonly #dialect: Dialect
  /** POP3 commands sent and not answered; the reply to some has more than one line. */
  readonly #commands: string[] = []
  #greeted = false

  constructor(session: LineSession, protocol: Protocol) {
    super(session, protocol)
    this.#dialect = dialectOf(protocol)
  }

  override write(octets: Buffer | string): void {
    if (this.#dialect === 'pop3') this.#commands.push(...octets.toString().split('\r\n').slice(0, -1))
    super.write(octets)
  }

  async next(timeoutMs: number, enough?: (heard: Heard) => boolean): Promise<Heard> {
    // One bound for the whole reply, not for each of its lines.
    const deadline = performance.now() + timeoutMs
    const line = () => this.session.line(Math.max(1, deadline - performance.now()))
    const greeting = !this.#greeted
    this.#greeted = true
    if (this.#dialect === 'pop3') return pop3Reply(line, greeting ? '' : (this.#commands.shift() ?? ''))
    if (this.#dialect === 'managesieve') return manageSieveReply(line)
    return imapResponse(line, greeting, enough)
  }
}

type NextLine = () => Promise<string>

/** RFC 1939 §5, RFC 2449 §5: these are answered by a listing that a dot ends; LIST and UIDL with an argument are not. */
const MULTI_LINE = /^(?:capa|retr\s.*|top\s.*|list|uidl)\s*$/i

async function pop3Reply(line: NextLine, command: string): Promise<Heard> {
  const lines = [await line()]
  const status = /^(?:\+OK|-ERR)(?=\s|$)/.exec(lines[0] ?? '')?.[0] ?? ''
  if (status === '+OK' && MULTI_LINE.test(command)) {
    while (lines.at(-1) !== '.') lines.push(await line())
  }
  return heard(status, lines)
}

/** RFC 5804 §1.3. */
async function manageSieveReply(line: NextLine): Promise<Heard> {
  const lines: string[] = []
  for (;;) {
    const next = await line()
    lines.push(next)
    const status = /^(?:OK|NO|BYE)(?=\s|$)/i.exec(next)?.[0]
    if (status !== undefined) return heard(status.toUpperCase(), lines)
  }
}

/** RFC 9051 §7: untagged responses, and then the tagged one or a request to go on. */
async function imapResponse(
  line: NextLine,
  greeting: boolean,
  enough: ((heard: Heard) => boolean) | undefined,
): Promise<Heard> {
  const lines: string[] = []
  for (;;) {
    const next = await line()
    lines.push(next)
    const [tag = '', status = ''] = next.split(' ', 2)
    if (greeting && tag === '*') return { ...heard(status.toUpperCase(), lines), tag }
    if (tag === '+') return heard('+', lines)
    if (tag !== '*') return { ...heard(status.toUpperCase(), lines), tag }
    const untagged = heard('*', lines)
    if (enough?.(untagged)) return untagged
  }
}

function heard(status: string, lines: string[]): Heard {
  return { status, lines, text: lines.join('\n') }
}
