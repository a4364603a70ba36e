import { createHash } from 'node:crypto'
import { MailrigError } from '../errors/mailrig-error.ts'
import { Connection, type ConnectionOpenOptions, type TlsOptions, type TlsState } from '../session/connection.ts'
import { escapeOctets } from '../session/escape-octets.ts'
import type { SaslMechanism } from '../session/sasl.ts'
import { TlsError } from '../session/session-error.ts'
import type { Transcript } from '../session/transcript.ts'
import { MailboxCommandError, MailboxLoginError } from './mailbox-error.ts'
import { Pop3Reader, type Pop3Response } from './pop3-reader.ts'
import { type MailAccount, saslAnswers } from './sasl-dialogue.ts'
import { type StoredMessage, storedMessage } from './stored-message.ts'

export type Pop3Options = ConnectionOpenOptions

/**
 * Connects and reads the greeting; logs nobody in.
 *
 * @throws ConnectError, TlsError, SessionWaitError, MailboxCommandError when the greeting is `-ERR`
 */
export async function openPop3(options: Pop3Options): Promise<Pop3> {
  const reader = new Pop3Reader()
  const connection = await Connection.open(options, reader)
  try {
    return await Pop3.greeted(connection, reader)
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/**
 * A POP3 session (RFC 1939), one command after the other. A `-ERR` rejects with MailboxCommandError, its text in
 * `answer`; waits end as those of an SMTP session do.
 */
export class Pop3 {
  readonly greeting: string
  readonly #connection: Connection
  readonly #reader: Pop3Reader
  #tail: Promise<unknown> = Promise.resolve()

  private constructor(connection: Connection, reader: Pop3Reader, greeting: string) {
    this.#connection = connection
    this.#reader = reader
    this.greeting = greeting
  }

  static async greeted(connection: Connection, reader: Pop3Reader): Promise<Pop3> {
    const { ok, text } = await ask(connection, reader, 'the greeting', false)
    if (!ok) throw new MailboxCommandError('the greeting', text, { transcript: connection.formatted() })
    return new Pop3(connection, reader, text)
  }

  get transcript(): Transcript {
    return this.#connection.transcript
  }

  get formatted(): string {
    return this.#connection.formatted()
  }

  get tls(): TlsState | undefined {
    return this.#connection.tls
  }

  /** Sends a line; the text after `+OK`. */
  async command(line: string): Promise<string> {
    return (await this.#run(line, false)).text
  }

  /** Sends a line whose answer has a body; the body, dots undone. */
  async multiline(line: string): Promise<Buffer> {
    return (await this.#run(line, true)).body
  }

  /** Capabilities (RFC 2449): keyword in upper case → parameters. */
  async capa(): Promise<Map<string, string[]>> {
    const entries = lines(await this.multiline('CAPA')).map((line): [string, string[]] => {
      const [keyword = '', ...parameters] = line.split(' ')
      return [keyword.toUpperCase(), parameters]
    })
    return new Map(entries)
  }

  /** STLS and the handshake (RFC 2595 §4). */
  async stls(options: TlsOptions = {}): Promise<void> {
    await this.command('STLS')
    const unread = this.#reader.unread
    if (unread.length > 0) {
      throw new TlsError(
        `Expected nothing between the answer to STLS and the handshake, but came: ${escapeOctets(unread)}`,
        this.formatted,
      )
    }
    await this.#connection.startTls(options)
  }

  /** USER and PASS. @throws MailboxLoginError */
  async login({ user, password }: MailAccount): Promise<void> {
    await this.#login(user, async () => {
      await this.command(`USER ${user}`)
      await this.command(`PASS ${password}`)
    })
  }

  /** APOP: the timestamp of the greeting and the password, MD5 (RFC 1939 §7). @throws MailboxLoginError */
  async apop({ user, password }: MailAccount): Promise<void> {
    const timestamp = /<[^>]*>/.exec(this.greeting)?.[0]
    if (timestamp === undefined) {
      throw new MailrigError(`Expected a timestamp for APOP in the greeting, which is: ${this.greeting}`, {
        code: 'NO_APOP',
        remedy: 'Turn APOP on at the server, or use login().',
      })
    }
    const digest = createHash('md5').update(`${timestamp}${password}`).digest('hex')
    await this.#login(user, () => this.command(`APOP ${user} ${digest}`))
  }

  /** AUTH with a SASL mechanism, each answer behind its challenge (RFC 5034). @throws MailboxLoginError */
  async auth(mechanism: SaslMechanism, account: MailAccount): Promise<void> {
    const answer = saslAnswers({ ...account, mechanism })
    await this.#login(account.user, () => this.#run(`AUTH ${mechanism}`, false, answer))
  }

  async stat(): Promise<{ messages: number; octets: number }> {
    const [messages, octets] = (await this.command('STAT')).split(' ').map(Number)
    return { messages: messages ?? 0, octets: octets ?? 0 }
  }

  /** Message number → size in octets. */
  async list(): Promise<Map<number, number>> {
    return new Map(pairs(await this.multiline('LIST')).map(([number, octets]) => [number, Number(octets)]))
  }

  /** Message number → unique id (RFC 1939 §7). */
  async uidl(): Promise<Map<number, string>> {
    return new Map(pairs(await this.multiline('UIDL')))
  }

  /** The message, octet for octet but for the dots. */
  retr(number: number): Promise<Buffer> {
    return this.multiline(`RETR ${number}`)
  }

  /** Header and the first lines of the body. */
  top(number: number, bodyLines: number): Promise<Buffer> {
    return this.multiline(`TOP ${number} ${bodyLines}`)
  }

  /** Every message of the maildrop, retrieved and not deleted; `uid` is the message number. */
  async retrieveAll(): Promise<StoredMessage[]> {
    const messages: StoredMessage[] = []
    for (const [uid, size] of await this.list()) {
      const raw = await this.retr(uid)
      messages.push(storedMessage({ uid, size }, raw, () => Promise.resolve(raw)))
    }
    return messages
  }

  async dele(number: number): Promise<void> {
    await this.command(`DELE ${number}`)
  }

  async rset(): Promise<void> {
    await this.command('RSET')
  }

  async noop(): Promise<void> {
    await this.command('NOOP')
  }

  /** Commits what was deleted, and ends the session. */
  async quit(): Promise<string> {
    const text = await this.command('QUIT')
    this.destroy()
    return text
  }

  /** Ends the connection at once; what was deleted stays. */
  destroy(): void {
    this.#connection.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy()
  }

  async #login(user: string, steps: () => Promise<unknown>): Promise<void> {
    try {
      await steps()
    } catch (error) {
      throw error instanceof MailboxCommandError ? new MailboxLoginError(user, error.answer, error) : error
    }
  }

  async #run(line: string, multiline: boolean, onChallenge?: (text: string) => string): Promise<Pop3Response> {
    const verb = line.split(' ', line.startsWith('PASS') || line.startsWith('APOP') ? 1 : 2).join(' ')
    const answer = this.#tail.then(async () => {
      let next = line
      for (;;) {
        if (this.#connection.end) throw this.#connection.endedError(`the answer to ${verb}`)
        this.#connection.write(`${next}\r\n`)
        const response = await ask(this.#connection, this.#reader, `the answer to ${verb}`, multiline)
        if (!response.challenge || !onChallenge) return response
        next = onChallenge(response.text)
      }
    })
    this.#tail = answer.catch(() => {})
    const response = await answer
    if (response.ok) return response
    throw new MailboxCommandError(verb, response.text, { transcript: this.formatted })
  }
}

function ask(connection: Connection, reader: Pop3Reader, what: string, multiline: boolean): Promise<Pop3Response> {
  const wait = connection.waits.start<Pop3Response>(
    () => what,
    connection.timeoutMs,
    () => reader.forget(),
  )
  reader.ask({ multiline, wait })
  return wait.promise
}

function lines(body: Buffer): string[] {
  return body
    .toString('utf8')
    .split('\r\n')
    .filter((line) => line !== '')
}

function pairs(body: Buffer): [number, string][] {
  return lines(body).map((line) => {
    const space = line.indexOf(' ')
    return [Number(line.slice(0, space)), line.slice(space + 1)]
  })
}
