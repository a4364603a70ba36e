import { type FilteredClient, FilteredMessage } from './filtered-message.ts'
import type { MilterStage } from './milter-action.ts'
import { texts } from './milter-packets.ts'

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

/** What a server has told a milter in a connection: the client, macros, the message that is under way. */
export class MilterTold {
  message: FilteredMessage | undefined
  readonly #began: (message: FilteredMessage) => void
  /** Told with the client and with HELO; with MAIL. */
  #macros: Record<string, string> = {}
  #macrosOfMail: Record<string, string> = {}
  #client: FilteredClient | undefined
  #helo = ''

  /** @param began told of each message that begins */
  constructor(began: (message: FilteredMessage) => void) {
    this.#began = began
  }

  /** SMFIC_MACRO: the letter of the question they belong to, then names and values. */
  learn(data: Buffer): void {
    const command = data.toString('latin1', 0, 1)
    const parts = texts(data.subarray(1))
    if (command === 'M') this.#macrosOfMail = {}
    const into =
      command === 'C' || command === 'H'
        ? this.#macros
        : command === 'M'
          ? this.#macrosOfMail
          : (this.message?.macros ?? {})
    for (let index = 0; index + 1 < parts.length; index += 2) into[parts[index] ?? ''] = parts[index + 1] ?? ''
  }

  /** Takes in a question. @returns what rules may know, and the question in words, for a transcript */
  hear(stage: MilterStage, data: Buffer): { context: MilterContext; said: string } {
    const context: MilterContext = { stage, helo: this.#helo }
    const said = this.#take(context, data)
    if (this.#client) context.client = this.#client
    if (this.message) context.message = this.message
    return { context: { ...context, helo: this.#helo }, said }
  }

  /** The server tells no more of the message. */
  abort(): void {
    if (this.message) this.message.verdict = 'aborted'
    this.message = undefined
  }

  /** The server goes on with another client. */
  forget(): void {
    this.abort()
    this.#client = undefined
    this.#helo = ''
    this.#macros = {}
  }

  #take(context: MilterContext, data: Buffer): string {
    switch (context.stage) {
      case 'connect':
        this.#client = readClient(data)
        return `CONNECT ${this.#client.name} [${this.#client.address}]`
      case 'helo':
        this.#helo = texts(data)[0] ?? ''
        return `HELO ${this.#helo}`
      case 'mail':
        this.#begin(data)
        return `MAIL ${texts(data).join(' ')}`
      case 'rcpt':
        context.recipient = bare(texts(data)[0] ?? '')
        this.message?.to.push(context.recipient)
        return `RCPT ${texts(data).join(' ')}`
      case 'header': {
        const [name = '', value = ''] = texts(data)
        // Servers that were not asked to leave the blank behind the colon may do so all the same.
        context.header = [name, value.replace(/^ /, '')]
        this.message?.headers.push(context.header)
        return `HEADER ${name}: ${context.header[1]}`
      }
      case 'body':
      case 'eom':
        if (data.length > 0) this.message?.take(Buffer.from(data))
        if (context.stage === 'eom' && this.message) this.message.complete = true
        return `${context.stage.toUpperCase()}${data.length > 0 ? ` ${data.length} octets` : ''}`
      default:
        return context.stage.toUpperCase()
    }
  }

  #begin(data: Buffer): void {
    this.abort()
    const [path = '', ...parameters] = texts(data)
    const message = new FilteredMessage({ client: this.#client, helo: this.#helo, from: bare(path), parameters })
    Object.assign(message.macros, this.#macros, this.#macrosOfMail)
    this.message = message
    this.#began(message)
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
