import { randomUUID } from 'node:crypto'
import { epochNow } from '../metrics/clock.ts'
import { patience } from '../metrics/patience.ts'
import { compose } from '../session/compose.ts'
import { stuff } from '../session/dot-stuffing.ts'
import { escapeOctets } from '../session/escape-octets.ts'
import { saslClient } from '../session/sasl.ts'
import { SessionEndedError } from '../session/session-error.ts'
import { expectedOf, isOutcome, outcomesOf } from '../session-file/choose.ts'
import type { Heard } from '../session-file/heard.ts'
import type { LoadedSessionFile } from '../session-file/load.ts'
import { matchReply } from '../session-file/match-reply.ts'
import { fromUtf8, type Octets, utf8 } from '../session-file/octets.ts'
import type { Place } from '../session-file/place.ts'
import { printExpectation, printOutcome, printStatement } from '../session-file/print.ts'
import type {
  Auth,
  Expect,
  Expectation,
  ExpectedReply,
  Message,
  Outcome,
  Send,
  Statement,
} from '../session-file/statement.ts'
import type { Ground } from './ground.ts'
import { masked } from './mask.ts'
import type { Speaker } from './speaker.ts'
import type { Played, Step } from './step.ts'
import { StepFailed, StepLog, shortly } from './step-log.ts'

export interface PlayOptions {
  /** Hears every step as it ends. */
  onStep?: (step: Step) => void
  /** Bounds each wait until the file says otherwise, in milliseconds. Default 10,000 of an idle machine. */
  timeoutMs?: number
}

/**
 * Plays a file. Ends at the first step that fails; the steps behind it are there as `skipped`.
 *
 * @throws {UnsupportedError} where it asks for what nobody can tell of this server; else nothing but what is no fault of
 * the server: a connection that cannot be made is a failed step.
 */
export async function playSessionFile(
  file: LoadedSessionFile,
  ground: Ground,
  options: PlayOptions = {},
): Promise<Played> {
  const player = new Player(file, ground, options)
  try {
    return await player.play()
  } finally {
    player.close()
  }
}

type Ending = Extract<Expectation, { kind: 'closed' | 'reset' }>

const USUAL_MS = 10_000

/** How often a server asks before it decides, where the client does not speak first. */
const CHALLENGES = { PLAIN: 0, LOGIN: 2, 'CRAM-MD5': 1 } as const

class Player {
  readonly #file: LoadedSessionFile
  readonly #ground: Ground
  readonly #log: StepLog
  readonly #speakers = new Map<string, Speaker>()
  /** Replies that ended an AUTH before its time: the next `S:` is held against them. By connection. */
  readonly #early = new Map<string, Heard>()
  /** The status of the last reply, by connection. */
  readonly #status = new Map<string, string>()
  readonly #values: Map<string, string>
  readonly #startedAt = epochNow()
  /** What the file asks for; taken literally. */
  #askedMs: number | undefined

  constructor(file: LoadedSessionFile, ground: Ground, { onStep, timeoutMs }: PlayOptions) {
    this.#file = file
    this.#ground = ground
    this.#log = new StepLog(onStep)
    this.#askedMs = timeoutMs
    this.#values = new Map([
      ['host', ground.host],
      ['id', randomUUID().replaceAll('-', '')],
      ['date', new Date(this.#startedAt).toUTCString().replace('GMT', '+0000')],
    ])
  }

  /** The bound of a wait that begins now, ms. */
  get #timeoutMs(): number {
    return this.#askedMs ?? patience(USUAL_MS)
  }

  async play(): Promise<Played> {
    const { statements } = this.#file
    const outcomes = outcomesOf(statements, this.#ground.server)
    for (const statement of statements) {
      if (isOutcome(statement) && !outcomes.has(statement)) continue
      if (this.#log.failure) {
        this.#skip(statement)
        continue
      }
      try {
        // What needs no wait gets none: a play of many commands is not to be slower than its server.
        const doing = this.#statement(statement)
        if (doing) await doing
      } catch (error) {
        if (!(error instanceof StepFailed)) throw error
      }
    }
    const { steps, failure } = this.#log
    if (failure) return { verdict: 'fail', steps, failure }
    this.#log.tellAll()
    return { verdict: 'pass', steps }
  }

  close(): void {
    for (const speaker of this.#speakers.values()) speaker.destroy()
  }

  #statement(statement: Statement): Promise<void> | undefined {
    switch (statement.kind) {
      case 'send':
        return this.#send(statement)
      case 'expect':
        return this.#expect(statement)
      case 'message':
        return this.#message(statement)
      case 'auth':
        return this.#auth(statement)
      case 'connect':
        return this.#connect(statement.connection, statement.place, statement).then(() => undefined)
      case 'tls':
        return this.#action(statement, async (speaker) => speaker.beginTls())
      case 'half-close':
        return this.#action(statement, async (speaker) => speaker.halfClose())
      case 'close':
      case 'reset':
        return this.#action(statement, async (speaker) => speaker.destroy({ reset: statement.kind === 'reset' }))
      case 'wait':
        return this.#timed(statement, () => new Promise<void>((resolve) => setTimeout(resolve, statement.ms)))
      case 'timeout':
        this.#askedMs = statement.ms
        return undefined
      case 'flush':
        return this.#timed(statement, () => this.#ground.flush())
      case 'upstream-order':
        return this.#timed(statement, async () => this.#ground.order(statement))
      default:
        return this.#outcome(statement)
    }
  }

  /** A step is made when the reply is expected; until then it is known what was said. */
  #send(statement: Send): Promise<void> | undefined {
    const speaker = this.#speakers.get(statement.connection)
    if (!speaker) {
      return this.#connect(statement.connection, statement.place).then((opened) => this.#sendOn(opened, statement))
    }
    this.#sendOn(speaker, statement)
    return undefined
  }

  #sendOn(speaker: Speaker, { connection, place, lines }: Send): void {
    const filled = lines.map((line) => this.#filled(line.octets, line.place))
    const octets = filled.map((text, index) => (lines[index]?.crlf ? `${text}\r\n` : text)).join('')
    this.#say(speaker, connection, place, octets, filled.map(escaped))
  }

  #say(speaker: Speaker, connection: string, place: Place, octets: Buffer | string, shown: readonly string[]): void {
    const sent = masked(shown, this.#status.get(connection) ?? '')
    this.#log.said(connection, place, sent)
    try {
      speaker.write(typeof octets === 'string' ? written(octets) : octets)
    } catch (error) {
      throw this.#log.failed(place, this.#log.take(connection), '', error)
    }
  }

  async #message({ connection, place, from, raw }: Message): Promise<void> {
    const speaker = await this.#speaker(connection, place)
    const content =
      'file' in from
        ? (this.#file.files.get(from.file) ?? Buffer.alloc(0))
        : (await compose({ size: from.size, messageId: `${this.#values.get('id')}@mailrig.example` })).content
    const octets = raw ? content : stuff(content)
    this.#say(speaker, connection, place, octets, [`(${octets.length} octets)`])
  }

  /**
   * AUTH up to its last reply, which the next `S:` is held against (RFC 4954 §4). That is the first which is no challenge:
   * a server may refuse the command itself, whatever the mechanism.
   */
  async #auth({ connection, place, mechanism, user, password }: Auth): Promise<void> {
    const speaker = await this.#speaker(connection, place)
    const name = this.#filled(user, place)
    const client = saslClient({
      mechanism,
      user: fromUtf8(name),
      password: fromUtf8(this.#filled(password, place)),
    })
    const say = (line: string, shown: string) => this.#say(speaker, connection, place, `${line}\r\n`, [shown])
    const command = `AUTH ${mechanism}`
    if (client.initial) return say(`${command} ${client.initial.toString('base64')}`, `${command} ***`)
    say(command, command)
    for (let left = CHALLENGES[mechanism]; left > 0; left -= 1) {
      const challenge = await this.#challenge(speaker, connection, place)
      if (challenge === undefined) return
      say(client.respond(Buffer.from(challenge, 'base64')).toString('base64'), '***')
    }
  }

  /** What the server asks; undefined where it has ended the exchange, by a reply or with the connection. */
  async #challenge(speaker: Speaker, connection: string, place: Place): Promise<string | undefined> {
    let heard: Heard
    try {
      heard = await speaker.next(this.#timeoutMs)
    } catch (error) {
      // The next `S:` finds the same end.
      if (error instanceof SessionEndedError) return undefined
      throw this.#log.failed(place, this.#log.take(connection), '334', error)
    }
    this.#status.set(connection, heard.status)
    if (heard.status === '334') return heard.lines[0] ?? ''
    this.#early.set(connection, heard)
    return undefined
  }

  /** The next reply on a connection, in the order they came. */
  #reply(speaker: Speaker, connection: string, enough?: (heard: Heard) => boolean): Promise<Heard> {
    const early = this.#early.get(connection)
    this.#early.delete(connection)
    return early ? Promise.resolve(early) : speaker.next(this.#timeoutMs, enough)
  }

  async #expect(statement: Expect): Promise<void> {
    const { connection, place } = statement
    const speaker = this.#speakers.get(connection) ?? (await this.#connect(connection, place))
    const said = expectedOf(statement, this.#ground.server)
    // A file that says what other servers answer judges nothing here.
    const anyOf: readonly Expectation[] = said ?? [{ kind: 'any', place }]
    const [first] = anyOf
    const expected = said?.flatMap(printExpectation).join('\n') ?? ''
    if (first?.kind === 'silence') return this.#silence(speaker, connection, first, expected, place.line)
    const replies = anyOf.filter((one): one is ExpectedReply => one.kind === 'reply')
    const end = anyOf.find((one): one is Ending => one.kind === 'closed' || one.kind === 'reset')
    const observed = anyOf.some(({ kind }) => kind === 'any')
    if (replies.length === 0 && !observed && end) return this.#closed(speaker, connection, end, expected, place.line)

    const untagged = replies.filter(({ status }) => status.codes.includes('*'))
    const enough =
      untagged.length === 0
        ? undefined
        : (heard: Heard) => untagged.some((reply) => matchReply(reply, heard, this.#values).fits)
    const unheard = { ...this.#log.take(connection), line: place.line }
    let heard: Heard
    try {
      heard = await this.#reply(speaker, connection, enough)
    } catch (error) {
      if (observed || (end && endedAs(error, end.kind))) {
        this.#log.add({ ...unheard, expected, received: shortly(error), verdict: observed ? 'observed' : 'pass' })
        return
      }
      throw this.#log.failed(place, unheard, expected, error)
    }
    this.#status.set(connection, heard.status)
    const step = { ...unheard, expected, received: heard.text }
    const reasons: string[] = []
    for (const reply of replies) {
      const match = matchReply(reply, heard, this.#values)
      if (match.fits) {
        for (const [name, value] of match.captured) this.#values.set(name, value)
        this.#log.add({ ...step, verdict: 'pass' })
        return
      }
      reasons.push(match.why)
    }
    if (observed) {
      this.#log.add({ ...step, verdict: 'observed' })
      return
    }
    throw this.#log.fail(anyOf[0]?.place ?? place, { ...step, why: reasons.join('; ') || 'the connection did not end' })
  }

  async #silence(
    speaker: Speaker,
    connection: string,
    { ms, place }: Extract<Expectation, { kind: 'silence' }>,
    expected: string,
    line: number,
  ): Promise<void> {
    const step = { ...this.#log.take(connection), line }
    const since = performance.now()
    const early = this.#early.get(connection)
    if (early) {
      throw this.#log.fail(place, { ...step, expected, received: early.text, why: `Expected silence for ${ms} ms` })
    }
    try {
      await speaker.silence(ms)
    } catch (error) {
      throw this.#log.failed(place, step, expected, error)
    }
    this.#log.add({ ...step, expected, received: '', verdict: 'pass', since })
  }

  async #closed(
    speaker: Speaker,
    connection: string,
    { kind, place }: Ending,
    expected: string,
    line: number,
  ): Promise<void> {
    const step = { ...this.#log.take(connection), line, expected }
    try {
      const { how } = await speaker.closed(this.#timeoutMs)
      const received = how === 'RST' ? 'reset' : 'closed'
      if (kind === 'reset' && how !== 'RST')
        throw this.#log.fail(place, { ...step, received, why: 'closed, not reset' })
      this.#log.add({ ...step, received, verdict: 'pass' })
    } catch (error) {
      throw this.#log.failed(place, step, expected, error)
    }
  }

  async #outcome(outcome: Outcome): Promise<void> {
    const { place } = outcome
    const asked = { sent: '', line: place.line, since: performance.now() }
    const expected = printOutcome(outcome)
    const finding = await this.#ground
      .check(outcome, {
        speakers: [...this.#speakers.values()],
        values: this.#values,
        files: this.#file.files,
        timeoutMs: this.#timeoutMs,
        startedAt: this.#startedAt,
      })
      .catch((error: unknown) => {
        throw this.#log.failed(place, asked, expected, error)
      })
    const step = { ...asked, expected, ...finding }
    if (finding.verdict === 'fail') throw this.#log.fail(place, step)
    this.#log.add({ ...step, verdict: finding.verdict })
  }

  /** Something done on a connection. */
  async #action(
    statement: Extract<Statement, { connection: string }>,
    act: (speaker: Speaker) => Promise<void>,
  ): Promise<void> {
    const speaker = await this.#speaker(statement.connection, statement.place)
    this.#log.tell(statement.connection)
    await this.#timed(statement, () => act(speaker))
  }

  /** A step of something done, in its own words. A text it gives is a reason why it was not. */
  async #timed(statement: Statement, act: () => Promise<unknown>): Promise<void> {
    const { place } = statement
    const step = { sent: printStatement(statement).join('\n'), line: place.line, since: performance.now() }
    let reason: unknown
    try {
      reason = await act()
    } catch (error) {
      throw this.#log.failed(place, step, '', error)
    }
    const done = { ...step, expected: '', received: '' }
    if (typeof reason === 'string') this.#log.add({ ...done, verdict: 'skipped', why: reason })
    else this.#log.add({ ...done, verdict: 'pass' })
  }

  /** The connection, opened at its first use. */
  async #speaker(name: string, place: Place): Promise<Speaker> {
    return this.#speakers.get(name) ?? this.#connect(name, place)
  }

  async #connect(
    name: string,
    place: Place,
    connect: Parameters<Ground['open']>[0] = { protocol: 'smtp', connection: '' },
  ): Promise<Speaker> {
    try {
      const speaker = await this.#ground.open(connect, this.#timeoutMs)
      this.#speakers.set(name, speaker)
      return speaker
    } catch (error) {
      const sent = `connect${name === '' ? '' : `(${name})`} ${connect.protocol}`
      throw this.#log.failed(place, { sent, line: place.line, since: performance.now() }, '', error)
    }
  }

  #filled(octets: Octets, place: Place): string {
    const [only] = octets
    if (octets.length === 1 && typeof only === 'string') return only
    return octets
      .map((part) => {
        if (typeof part === 'string') return part
        const value = this.#values.get(part.variable)
        if (value !== undefined) return utf8(value)
        throw this.#log.fail(part.place, {
          sent: `\${${part.variable}}`,
          line: place.line,
          since: performance.now(),
          expected: '',
          received: '',
          why: `nothing was captured as "${part.variable}" on this server`,
        })
      })
      .join('')
  }

  #skip(statement: Statement): void {
    if (statement.kind !== 'expect' && !isOutcome(statement)) return
    const expected =
      statement.kind === 'expect'
        ? (expectedOf(statement, this.#ground.server) ?? []).flatMap(printExpectation).join('\n')
        : printOutcome(statement)
    const step = { sent: '', line: statement.place.line, expected, received: '', since: performance.now() }
    this.#log.add({ ...step, verdict: 'skipped', why: 'an earlier step failed' })
  }
}

function endedAs(error: unknown, kind: 'closed' | 'reset'): boolean {
  return error instanceof SessionEndedError && (kind === 'closed' || error.end.how === 'RST')
}

/** As a connection takes it: text where that says the same, for a socket takes it with less work. */
function written(octets: string): Buffer | string {
  return ASCII.test(octets) ? octets : Buffer.from(octets, 'latin1')
}

const ASCII = /^[\0-\x7f]*$/

function escaped(octets: string): string {
  return /^[\x20-\x7e]*$/.test(octets) ? octets : escapeOctets(Buffer.from(octets, 'latin1'))
}
