import type { Socket } from 'node:net'
import type { Rules } from '../upstream/rules.ts'
import { FilterSession } from './filter-session.ts'
import { type FilteredClient, FilteredMessage } from './filtered-message.ts'
import type { CheckedMilterAction, MilterAnswer, MilterStage } from './milter-action.ts'
import { changePackets } from './milter-changes.ts'
import { negotiated, type Packet, PacketReader, packet, texts } from './milter-packets.ts'

/** What is known when a rule is asked. */
export interface MilterContext {
  stage: MilterStage
  /** Who connected; undefined where the server has not told. */
  client?: FilteredClient
  helo: string
  /** The message so far; undefined before MAIL. */
  message?: FilteredMessage
  /** At `rcpt`: the one in question, without angle brackets. */
  recipient?: string
  /** At `header`: the field in question. */
  header?: [name: string, value: string]
}

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

/** What the server asks, by its letter (SMFIC_*): the stage it is, and the word for it in a transcript. */
const ASKED: Record<string, { stage: MilterStage; word: string }> = {
  C: { stage: 'connect', word: 'CONNECT' },
  H: { stage: 'helo', word: 'HELO' },
  M: { stage: 'mail', word: 'MAIL' },
  R: { stage: 'rcpt', word: 'RCPT' },
  T: { stage: 'data', word: 'DATA' },
  L: { stage: 'header', word: 'HEADER' },
  N: { stage: 'eoh', word: 'EOH' },
  B: { stage: 'body', word: 'BODY' },
  E: { stage: 'eom', word: 'EOM' },
}

/** A server asking a milter, from its connection to its end: the milter protocol as libmilter speaks it. */
export class MilterConnection {
  readonly session = new FilterSession()
  readonly #socket: Socket
  readonly #host: MilterHost
  readonly #reader = new PacketReader()
  /** Told with the client and with HELO; with MAIL. */
  #macros: Record<string, string> = {}
  #macrosOfMail: Record<string, string> = {}
  #client: FilteredClient | undefined
  #helo = ''
  #message: FilteredMessage | undefined
  /** Packets are answered one after the other, also where an answer takes its time. */
  readonly #waiting: Packet[] = []
  #delay: NodeJS.Timeout | undefined
  #silent = false

  constructor(socket: Socket, host: MilterHost) {
    this.#socket = socket
    this.#host = host
    socket.setNoDelay(true)
    socket.on('data', (octets) => this.#take(octets))
    socket.on('error', (error) => this.session.finish(error.message))
    socket.once('close', () => {
      clearTimeout(this.#delay)
      this.session.finish('closed by the server')
      this.#abort()
      host.left(this)
    })
  }

  /** Breaks the connection with a TCP reset. */
  reset(why: string): void {
    this.session.finish(why)
    this.#socket.resetAndDestroy()
  }

  #take(octets: Buffer): void {
    if (this.#silent) return
    try {
      this.#waiting.push(...this.#reader.feed(octets))
      this.#goOn()
    } catch (error) {
      this.reset(`no milter protocol: ${error instanceof Error ? error.message : error}`)
    }
  }

  #goOn(): void {
    while (this.#delay === undefined && !this.#silent && !this.#socket.destroyed) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#answer(next)
    }
  }

  #answer({ command, data }: Packet): void {
    switch (command) {
      case 'O':
        this.#send(negotiated(data))
        return
      case 'D':
        this.#learn(data)
        return
      case 'A':
        this.session.note('C', 'ABORT')
        this.#abort()
        return
      case 'Q':
        this.session.finish('QUIT')
        this.#socket.end()
        return
      case 'K':
        // The server goes on with another client.
        this.session.note('C', 'QUIT, and another client')
        this.#abort()
        this.#client = undefined
        this.#helo = ''
        this.#macros = {}
        return
      default: {
        const asked = ASKED[command]
        if (asked) this.#stage(asked.stage, asked.word, data)
        // A command that no stage is for (SMFIC_UNKNOWN).
        else this.#send(packet(LETTERS.continue))
      }
    }
  }

  #learn(data: Buffer): void {
    const command = data.toString('latin1', 0, 1)
    const parts = texts(data.subarray(1))
    if (command === 'M') this.#macrosOfMail = {}
    const into =
      command === 'C' || command === 'H'
        ? this.#macros
        : command === 'M'
          ? this.#macrosOfMail
          : (this.#message?.macros ?? {})
    for (let index = 0; index + 1 < parts.length; index += 2) into[parts[index] ?? ''] = parts[index + 1] ?? ''
  }

  #stage(stage: MilterStage, word: string, data: Buffer): void {
    const context = this.#hear(stage, word, data)
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

  /** Takes in what the server tells at a stage. */
  #hear(stage: MilterStage, word: string, data: Buffer): MilterContext {
    const context: MilterContext = { stage, helo: this.#helo }
    let said = ''
    switch (stage) {
      case 'connect':
        this.#client = readClient(data)
        said = ` ${this.#client.name} [${this.#client.address}]`
        break
      case 'helo':
        this.#helo = texts(data)[0] ?? ''
        context.helo = this.#helo
        said = ` ${this.#helo}`
        break
      case 'mail': {
        this.#abort()
        const [path = '', ...parameters] = texts(data)
        const message = new FilteredMessage({
          client: this.#client,
          helo: this.#helo,
          from: bare(path),
          parameters,
        })
        Object.assign(message.macros, this.#macros, this.#macrosOfMail)
        this.#message = message
        this.#host.began(message)
        said = ` ${[path, ...parameters].join(' ')}`
        break
      }
      case 'rcpt': {
        const [path = '', ...parameters] = texts(data)
        context.recipient = bare(path)
        this.#message?.to.push(context.recipient)
        said = ` ${[path, ...parameters].join(' ')}`
        break
      }
      case 'header': {
        const [name = '', value = ''] = texts(data)
        // Servers that were not asked to leave the blank behind the colon may do so all the same.
        context.header = [name, value.replace(/^ /, '')]
        this.#message?.headers.push(context.header)
        said = ` ${name}: ${context.header[1]}`
        break
      }
      case 'body':
      case 'eom':
        if (data.length > 0) this.#message?.take(Buffer.from(data))
        if (stage === 'eom' && this.#message) this.#message.complete = true
        said = data.length > 0 ? ` ${data.length} octets` : ''
        break
      default:
    }
    this.session.note('C', `${word}${said}`)
    if (this.#client) context.client = this.#client
    if (this.#message) context.message = this.#message
    return context
  }

  #act(stage: MilterStage, action: CheckedMilterAction | undefined): void {
    const { answer = action ? undefined : 'continue', drop = false, changes = {} } = action ?? {}
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
    const changed = changePackets(changes, this.#message)
    for (const { said } of changed) this.session.note('S', said)
    const words = typeof answer === 'string' ? answer : answer.reply.replaceAll('\r\n', ' / ')
    this.session.note('S', words)
    // A percent sign is doubled, because servers take it for the beginning of a format (smfi_setreply).
    const last =
      typeof answer === 'string' ? packet(LETTERS[answer]) : packet('y', `${answer.reply.replaceAll('%', '%%')}\0`)
    this.#send(...changed.map(({ octets }) => octets), last)
    // A recipient that is refused is not the end of its message.
    if (stage === 'rcpt' && answer !== 'accept' && answer !== 'discard') {
      if (answer !== 'continue') this.#message?.to.pop()
      return
    }
    if (this.#message && (stage === 'eom' || answer !== 'continue')) {
      this.#message.verdict = words
      if (stage !== 'connect' && stage !== 'helo') this.#message = undefined
    }
  }

  #send(...packets: Buffer[]): void {
    this.#socket.write(Buffer.concat(packets))
  }

  /** The server tells no more of the message. */
  #abort(): void {
    if (this.#message) this.#message.verdict = 'aborted'
    this.#message = undefined
  }
}

function bare(path: string): string {
  return path.replace(/^<(.*)>$/, '$1')
}

/** SMFIC_CONNECT: the name, the family, a port for those that have one, the address. */
function readClient(data: Buffer): FilteredClient {
  const end = data.indexOf(0)
  const name = data.toString('utf8', 0, end)
  const family = data.toString('latin1', end + 1, end + 2)
  if (family !== '4' && family !== '6') return { name, address: '', port: 0 }
  const address = texts(data.subarray(end + 4))[0] ?? ''
  return { name, address: address.replace(/^IPv6:/i, ''), port: data.readUInt16BE(end + 2) }
}
