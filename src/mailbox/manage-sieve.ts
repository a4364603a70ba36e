import { MailrigError } from '../errors/mailrig-error.ts'
import {
  Connection,
  type ConnectionOpenOptions,
  type ConnectionReader,
  type TlsOptions,
  type TlsState,
} from '../session/connection.ts'
import type { Wait } from '../session/waits.ts'
import { MailboxCommandError, MailboxLoginError } from './mailbox-error.ts'
import { readSieveResponse, type SieveResponse } from './sieve-response.ts'

/** A script in a mailbox's store. */
export interface SieveScript {
  name: string
  /** It is the one that deliveries run. */
  active: boolean
}

/** Connects and reads the greeting; logs nobody in. @throws ConnectError, SessionWaitError, MailboxCommandError */
export async function openManageSieve(options: ConnectionOpenOptions): Promise<ManageSieve> {
  const reader = new SieveReader()
  const connection = await Connection.open(options, reader)
  try {
    return await ManageSieve.greeted(connection, reader)
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/**
 * A ManageSieve session (RFC 5804), one command after the other. A `NO` or `BYE` rejects with MailboxCommandError, whose
 * `answer` is the server's text: for a script that does not compile, the place and the reason.
 */
export class ManageSieve {
  readonly #connection: Connection
  readonly #reader: SieveReader
  #capabilities: Map<string, string>
  #tail: Promise<unknown> = Promise.resolve()

  private constructor(connection: Connection, reader: SieveReader, greeting: SieveResponse) {
    this.#connection = connection
    this.#reader = reader
    this.#capabilities = capabilities(greeting)
  }

  static async greeted(connection: Connection, reader: SieveReader): Promise<ManageSieve> {
    const greeting = await ask(connection, reader, 'the greeting')
    if (greeting.status === 'OK') return new ManageSieve(connection, reader, greeting)
    throw new MailboxCommandError('the greeting', greeting.text, { transcript: connection.formatted() })
  }

  /** Name in upper case → value (RFC 5804 §1.7): `SIEVE` has the extensions, `SASL` the mechanisms. */
  get capabilities(): ReadonlyMap<string, string> {
    return this.#capabilities
  }

  get tls(): TlsState | undefined {
    return this.#connection.tls
  }

  /** The dialogue so far. */
  get formatted(): string {
    return this.#connection.formatted()
  }

  /** STARTTLS and the handshake; the server then tells its capabilities anew. */
  async startTls(options: TlsOptions = {}): Promise<void> {
    await this.#run('STARTTLS')
    await this.#connection.startTls(options)
    this.#capabilities = capabilities(await ask(this.#connection, this.#reader, 'the capabilities after STARTTLS'))
  }

  /** AUTHENTICATE PLAIN (RFC 4616). @throws MailboxLoginError */
  async login({ user, password }: { user: string; password: string }): Promise<void> {
    const response = Buffer.from(`\0${user}\0${password}`).toString('base64')
    try {
      await this.#run('AUTHENTICATE', quoted('PLAIN'), quoted(response))
    } catch (error) {
      throw error instanceof MailboxCommandError ? new MailboxLoginError(user, error.answer, error) : error
    }
  }

  /** Stores a script under a name, in place of one of that name. Gives the server's warnings. */
  async put(name: string, script: string): Promise<string> {
    return warnings(await this.#run('PUTSCRIPT', quoted(name), literal(script)))
  }

  /** Compiles a script and stores nothing. Gives the server's warnings. */
  async check(script: string): Promise<string> {
    return warnings(await this.#run('CHECKSCRIPT', literal(script)))
  }

  /** Makes one script the active one; without a name, no script is active. */
  async activate(name = ''): Promise<void> {
    await this.#run('SETACTIVE', quoted(name))
  }

  async list(): Promise<SieveScript[]> {
    const { data } = await this.#run('LISTSCRIPTS')
    return data.map(([name = '', mark]) => ({ name, active: mark?.toUpperCase() === 'ACTIVE' }))
  }

  /** The script as it was stored. */
  async get(name: string): Promise<string> {
    const { data } = await this.#run('GETSCRIPT', quoted(name))
    return data[0]?.[0] ?? ''
  }

  /** Removes a script; the active one is refused. */
  async delete(name: string): Promise<void> {
    await this.#run('DELETESCRIPT', quoted(name))
  }

  /** Says LOGOUT, and ends the connection. */
  async logout(): Promise<void> {
    await this.#run('LOGOUT')
    this.destroy()
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#connection.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy()
  }

  async #run(verb: string, ...parameters: string[]): Promise<SieveResponse> {
    const answer = this.#tail.then(() => {
      if (this.#connection.end) throw this.#connection.endedError(`the answer to ${verb}`)
      this.#connection.write(`${[verb, ...parameters].join(' ')}\r\n`)
      return ask(this.#connection, this.#reader, `the answer to ${verb}`)
    })
    this.#tail = answer.catch(() => {})
    const response = await answer
    if (response.status === 'OK') return response
    throw new MailboxCommandError(verb, response.text.trim(), { transcript: this.formatted })
  }
}

const LIMIT = 16 * 1024 * 1024

/** Octets to responses, of which one is under way at a time. */
class SieveReader implements ConnectionReader {
  #wait: Wait<SieveResponse> | undefined
  #unread = Buffer.alloc(0)

  ask(wait: Wait<SieveResponse>): void {
    this.#wait = wait
    this.#deliver()
  }

  forget(): void {
    this.#wait = undefined
  }

  received(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk])
    if (this.#unread.length > LIMIT) {
      throw new MailrigError(`Expected a response of at most ${LIMIT} octets, and more came without an end.`, {
        code: 'REPLY_TOO_LONG',
      })
    }
    this.#deliver()
  }

  ended(): void {}

  #deliver(): void {
    const read = this.#wait && readSieveResponse(this.#unread)
    if (!read) return
    this.#unread = this.#unread.subarray(read.length)
    const wait = this.#wait
    this.#wait = undefined
    wait?.resolve(read.response)
  }
}

function ask(connection: Connection, reader: SieveReader, what: string): Promise<SieveResponse> {
  const wait = connection.waits.start<SieveResponse>(
    () => what,
    connection.timeoutMs,
    () => reader.forget(),
  )
  reader.ask(wait)
  return wait.promise
}

function capabilities({ data }: SieveResponse): Map<string, string> {
  return new Map(data.map(([name = '', value = '']) => [name.toUpperCase(), value]))
}

function warnings({ code, text }: SieveResponse): string {
  return code?.toUpperCase() === 'WARNINGS' ? text : ''
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A non-synchronising literal (RFC 5804 §4): the server need not ask for it. */
function literal(text: string): string {
  return `{${Buffer.byteLength(text)}+}\r\n${text}`
}
