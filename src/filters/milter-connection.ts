import type { Socket } from 'node:net'
import type { Rules } from '../upstream/rules.ts'
import { FilterSession } from './filter-session.ts'
import type { FilteredMessage } from './filtered-message.ts'
import type { CheckedMilterAction, MilterAnswer, MilterStage } from './milter-action.ts'
import { changePackets } from './milter-changes.ts'
import { negotiated, type Packet, PacketReader, packet } from './milter-packets.ts'
import { type MilterContext, MilterTold } from './milter-told.ts'

export interface MilterHost {
  rules: Rules<MilterStage, CheckedMilterAction, MilterContext>
  /** A message has begun. */
  began(message: FilteredMessage): void
  left(connection: MilterConnection): void
}

/** The letters of the answers (SMFIR_* of libmilter). */
const LETTERS: Record<MilterAnswer, string> = {
  continue: 'c',
  accept: 'a',
  reject: 'r',
  tempfail: 't',
  discard: 'd',
}

/** The stages by the letters of the questions (SMFIC_*). */
const STAGES: Record<string, MilterStage> = {
  C: 'connect',
  H: 'helo',
  M: 'mail',
  R: 'rcpt',
  T: 'data',
  L: 'header',
  N: 'eoh',
  B: 'body',
  E: 'eom',
}

/** A server asking a milter, from its connection to its end: the milter protocol as libmilter speaks it. */
export class MilterConnection {
  readonly session = new FilterSession()
  readonly #socket: Socket
  readonly #host: MilterHost
  readonly #told: MilterTold
  readonly #reader = new PacketReader()
  /** Packets are answered one after the other, also where an answer takes its time. */
  readonly #waiting: Packet[] = []
  #delay: NodeJS.Timeout | undefined
  #silent = false

  constructor(socket: Socket, host: MilterHost) {
    this.#socket = socket
    this.#host = host
    this.#told = new MilterTold((message) => host.began(message))
    socket.setNoDelay(true)
    socket.on('data', (octets) => this.#take(octets))
    socket.on('error', (error) => this.session.finish(error.message))
    socket.once('close', () => {
      clearTimeout(this.#delay)
      this.session.finish('closed by the server')
      this.#told.abort()
      host.left(this)
    })
  }

  /** Breaks the connection with a TCP reset. */
  reset(why: string): void {
    this.session.finish(why)
    this.#socket.resetAndDestroy()
  }

  #take(octets: Buffer): void {
    try {
      this.#waiting.push(...this.#reader.feed(octets))
    } catch (error) {
      this.reset(`no milter protocol: ${reasonOf(error)}`)
      return
    }
    this.#goOn()
  }

  #goOn(): void {
    while (this.#delay === undefined && !this.#silent && !this.#socket.destroyed) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      try {
        this.#answer(next)
      } catch (error) {
        // What a test's own `when` throws has no other place where it shows.
        this.reset(`an order failed: ${reasonOf(error)}`)
      }
    }
  }

  #answer({ command, data }: Packet): void {
    const stage = STAGES[command]
    if (stage) {
      this.#ask(stage, data)
      return
    }
    switch (command) {
      case 'O':
        this.#send(negotiated(data))
        return
      case 'D':
        this.#told.learn(data)
        return
      case 'A':
        this.session.note('C', 'ABORT')
        this.#told.abort()
        return
      case 'K':
        this.session.note('C', 'QUIT, and another client')
        this.#told.forget()
        return
      case 'Q':
        this.session.finish('QUIT')
        this.#socket.end()
        return
      default:
        // A command that no stage is for (SMFIC_UNKNOWN).
        this.#send(packet(LETTERS.continue))
    }
  }

  #ask(stage: MilterStage, data: Buffer): void {
    const { context, said } = this.#told.hear(stage, data)
    this.session.note('C', said)
    const action = this.#host.rules.take(context)
    if (action === undefined || action.delay === 0) {
      this.#act(stage, action)
      return
    }
    this.#delay = setTimeout(() => {
      this.#delay = undefined
      this.#act(stage, action)
      this.#goOn()
    }, action.delay)
  }

  #act(stage: MilterStage, action: CheckedMilterAction | undefined): void {
    const { answer, drop, changes } = action ?? { answer: 'continue', drop: false, changes: {} }
    if (this.#socket.destroyed) return
    if (drop) {
      this.session.finish(drop === 'reset' ? 'reset, as it was told' : 'closed, as it was told')
      if (drop === 'reset') this.#socket.resetAndDestroy()
      else this.#socket.destroy()
      return
    }
    if (answer === undefined) {
      this.#silent = true
      this.session.note('*', 'says nothing, as it was told')
      return
    }
    const changed = changePackets(changes, this.#told.message)
    for (const { said } of changed) this.session.note('S', said)
    const words = typeof answer === 'string' ? answer : answer.reply.replaceAll('\r\n', ' / ')
    this.session.note('S', words)
    // A percent sign is doubled, because servers take it for the beginning of a format (smfi_setreply).
    const last =
      typeof answer === 'string' ? packet(LETTERS[answer]) : packet('y', `${answer.reply.replaceAll('%', '%%')}\0`)
    this.#send(...changed.map(({ octets }) => octets), last)
    this.#judge(stage, { words, over: answer !== 'continue', whole: answer === 'accept' || answer === 'discard' })
  }

  /** What became of the message. A recipient that is refused is not the end of its message. */
  #judge(stage: MilterStage, { words, over, whole }: { words: string; over: boolean; whole: boolean }): void {
    const { message } = this.#told
    if (!message) return
    if (stage === 'rcpt' && !whole) {
      if (over) message.to.pop()
      return
    }
    if (stage !== 'eom' && !over) return
    message.verdict = words
    this.#told.message = undefined
  }

  #send(...packets: Buffer[]): void {
    this.#socket.write(Buffer.concat(packets))
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
