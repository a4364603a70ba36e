import { InputError } from '../errors/mailrig-error.ts'
import { epochNow } from '../metrics/clock.ts'
import { compose } from '../session/compose.ts'
import { stuff } from '../session/dot-stuffing.ts'
import { escapeOctets } from '../session/escape-octets.ts'
import { expectedOf, isOutcome, means, outcomesOf } from '../session-file/choices.ts'
import type { LoadedSessionFile } from '../session-file/load.ts'
import { printExpectation, printOutcome, printStatement } from '../session-file/print.ts'
import type { Fault, Message, Outcome, Send, Statement } from '../session-file/statement.ts'
import { Connections } from './connections.ts'
import type { Ground } from './ground.ts'
import { playAuth } from './play-auth.ts'
import { playExpect } from './play-expect.ts'
import { playLocalSubmission } from './play-local-submission.ts'
import type { Playing } from './playing.ts'
import type { Speaker } from './speaker.ts'
import type { Played, Step } from './step.ts'
import { StepFailed, StepLog } from './step-log.ts'
import { Values } from './values.ts'

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

class Player {
  readonly #playing: Playing

  constructor(file: LoadedSessionFile, ground: Ground, { onStep, timeoutMs }: PlayOptions) {
    const log = new StepLog(onStep)
    const startedAt = epochNow()
    this.#playing = {
      file,
      ground,
      log,
      startedAt,
      connections: new Connections(ground, log, timeoutMs),
      values: new Values(log, { host: ground.host, startedAt }),
    }
  }

  async play(): Promise<Played> {
    const { file, ground, log } = this.#playing
    const { statements } = file
    const outcomes = outcomesOf(statements, ground.server)
    for (const statement of statements) {
      if (isOutcome(statement) && !outcomes.has(statement)) continue
      if (log.failure) {
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
    const { steps, failure } = log
    if (failure) return { verdict: 'fail', steps, failure }
    log.tellAll()
    return { verdict: 'pass', steps }
  }

  close(): void {
    this.#playing.connections.close()
  }

  #statement(statement: Statement): Promise<void> | undefined {
    const { connections, ground } = this.#playing
    switch (statement.kind) {
      case 'send':
        return this.#send(statement)
      case 'expect':
        return playExpect(this.#playing, statement)
      case 'message':
        return this.#message(statement)
      case 'auth':
        return playAuth(this.#playing, statement)
      case 'connect':
        return connections.open(statement.connection, statement.place, statement).then(() => undefined)
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
        connections.askedMs = statement.ms
        return undefined
      case 'flush':
        return this.#timed(statement, () => ground.flush())
      case 'sendmail':
        return means(statement.servers, ground.server) ? playLocalSubmission(this.#playing, statement) : undefined
      case 'fault':
        return means(statement.servers, ground.server) ? this.#fault(statement) : undefined
      case 'upstream-order':
      case 'milter-order':
      case 'policy-order':
        return this.#timed(statement, async () => ground.order(statement))
      default:
        return this.#outcome(statement)
    }
  }

  /** A step is made when the reply is expected; until then it is known what was said. */
  #send(statement: Send): Promise<void> | undefined {
    const { connections } = this.#playing
    const speaker = connections.opened(statement.connection)
    if (!speaker) {
      return connections.open(statement.connection, statement.place).then((opened) => this.#sendOn(opened, statement))
    }
    this.#sendOn(speaker, statement)
    return undefined
  }

  #sendOn(speaker: Speaker, { connection, place, lines }: Send): void {
    const { connections, values } = this.#playing
    const filled = lines.map((line) => values.filled(line.octets, line.place))
    const octets = filled.map((text, index) => (lines[index]?.crlf ? `${text}\r\n` : text)).join('')
    connections.say(speaker, connection, place, octets, filled.map(escaped))
  }

  async #message({ connection, place, from, raw, signed }: Message): Promise<void> {
    const { connections, file, ground, values } = this.#playing
    const speaker = await connections.get(connection, place)
    const made =
      'file' in from
        ? (file.files.get(from.file) ?? Buffer.alloc(0))
        : (await compose({ size: from.size, messageId: `${values.map.get('id')}@mailrig.example` })).content
    const content = signed ? await ground.sign(made, signed) : made
    const octets = raw ? content : stuff(content)
    connections.say(speaker, connection, place, octets, [`(${octets.length} octets)`])
  }

  async #outcome(outcome: Outcome): Promise<void> {
    const { connections, file, ground, log, startedAt, values } = this.#playing
    const { place } = outcome
    const asked = { sent: '', line: place.line, since: performance.now() }
    const expected = printOutcome(outcome)
    const finding = await ground
      .check(outcome, {
        speakers: connections.all,
        values: values.map,
        files: file.files,
        timeoutMs: connections.timeoutMs,
        startedAt,
      })
      .catch((error: unknown) => {
        throw log.failed(place, asked, expected, error)
      })
    const step = { ...asked, expected, ...finding }
    if (finding.verdict === 'fail') throw log.fail(place, step)
    log.add({ ...step, verdict: finding.verdict })
  }

  /** Something done on a connection. */
  async #action(
    statement: Extract<Statement, { connection: string }>,
    act: (speaker: Speaker) => Promise<void>,
  ): Promise<void> {
    const { connections, log } = this.#playing
    const speaker = await connections.get(statement.connection, statement.place)
    log.tell(statement.connection)
    await this.#timed(statement, () => act(speaker))
  }

  /** What this server cannot have is a mistake of the file. */
  #fault({ fault, ...statement }: Fault): Promise<void> {
    const { file, ground } = this.#playing
    const { line, column } = statement.place
    const placed = (error: unknown): never => {
      if (!(error instanceof InputError) || error.code !== 'FAULT_OPTIONS') throw error
      const { code, remedy = '' } = error
      throw new InputError(`${file.path}:${line}:${column}: ${error.message}`, { code, remedy })
    }
    return this.#timed({ ...statement, fault }, () => ground.fault(fault).catch(placed))
  }

  /** A step of something done, in its own words. A text it gives is a reason why it was not. */
  async #timed(statement: Statement, act: () => Promise<unknown>): Promise<void> {
    const { place } = statement
    const step = { sent: printStatement(statement).join('\n'), line: place.line, since: performance.now() }
    let reason: unknown
    try {
      reason = await act()
    } catch (error) {
      throw this.#playing.log.failed(place, step, '', error)
    }
    const done = { ...step, expected: '', received: '' }
    if (typeof reason === 'string') this.#playing.log.add({ ...done, verdict: 'skipped', why: reason })
    else this.#playing.log.add({ ...done, verdict: 'pass' })
  }

  #skip(statement: Statement): void {
    if (statement.kind !== 'expect' && !isOutcome(statement)) return
    const expected =
      statement.kind === 'expect'
        ? (expectedOf(statement, this.#playing.ground.server) ?? []).flatMap(printExpectation).join('\n')
        : printOutcome(statement)
    const step = { sent: '', line: statement.place.line, expected, received: '', since: performance.now() }
    this.#playing.log.add({ ...step, verdict: 'skipped', why: 'an earlier step failed' })
  }
}

function escaped(octets: string): string {
  return /^[\x20-\x7e]*$/.test(octets) ? octets : escapeOctets(Buffer.from(octets, 'latin1'))
}
