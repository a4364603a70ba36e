import { Connection, type ConnectionOpenOptions, type TlsOptions, type TlsState } from '../session/connection.ts'
import { escapeOctets } from '../session/escape-octets.ts'
import type { SaslMechanism } from '../session/sasl.ts'
import { TlsError } from '../session/session-error.ts'
import type { Transcript } from '../session/transcript.ts'
import { ImapReader } from './imap-reader.ts'
import { MailboxCommandError } from './mailbox-error.ts'
import { type MailAccount, saslAnswers } from './sasl-dialogue.ts'

/** The end of a command (RFC 9051 §7.1), and what came before it. */
export interface ImapReply {
  status: 'OK' | 'NO' | 'BAD'
  /** The response code without brackets, e.g. `AUTHENTICATIONFAILED`. */
  code?: string
  text: string
  /** Untagged responses without their `* `, literals in place. */
  untagged: string[]
}

/** An IDLE under way (RFC 2177). */
export interface Idling {
  /** The next untagged response, without `* `. @throws SessionWaitError */
  next(): Promise<string>
  done(): Promise<ImapReply>
}

/**
 * Connects and reads the greeting; logs nobody in.
 *
 * @throws ConnectError, TlsError, SessionWaitError, MailboxCommandError when the greeting is `BYE`
 */
export async function openImapSession(options: ConnectionOpenOptions): Promise<ImapSession> {
  const reader = new ImapReader()
  const connection = await Connection.open(options, reader)
  try {
    const greeting = await reader.line(connection, 'the greeting')
    if (!/^\* (?:OK|PREAUTH)\b/i.test(greeting)) {
      throw new MailboxCommandError('the greeting', greeting, { transcript: connection.formatted() })
    }
    return new ImapSession(connection, reader, greeting.slice(2))
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/**
 * An IMAP dialogue, command by command. A refusal is a reply like any other; what rejects is a wait that ends without
 * its reply. For reading mail, `ImapMailbox` is the easier one.
 */
export class ImapSession {
  readonly greeting: string
  readonly #connection: Connection
  readonly #reader: ImapReader
  #tags = 0

  constructor(connection: Connection, reader: ImapReader, greeting: string) {
    this.#connection = connection
    this.#reader = reader
    this.greeting = greeting
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

  /** Sends a line with a tag, and reads up to the line with the same. */
  command(line: string): Promise<ImapReply> {
    return this.#finish(this.#send(line), verb(line))
  }

  /** Capabilities in upper case (RFC 9051 §6.1.1). */
  async capability(): Promise<Set<string>> {
    const { untagged } = await this.command('CAPABILITY')
    const line = untagged.find((response) => /^CAPABILITY /i.test(response)) ?? ''
    return new Set(line.toUpperCase().split(' ').slice(1))
  }

  login({ user, password }: MailAccount): Promise<ImapReply> {
    return this.command(`LOGIN ${quoted(user)} ${quoted(password)}`)
  }

  /**
   * AUTHENTICATE, each answer behind its challenge, without an initial response.
   *
   * @throws {SaslError} when the server's part of a mechanism is wrong
   */
  async authenticate(mechanism: SaslMechanism, account: MailAccount): Promise<ImapReply> {
    const answer = saslAnswers({ ...account, mechanism })
    return this.#finish(this.#send(`AUTHENTICATE ${mechanism}`), 'AUTHENTICATE', answer)
  }

  /** STARTTLS and, where the server agrees, the handshake (RFC 9051 §6.2.1). @throws TlsError */
  async startTls(options: TlsOptions = {}): Promise<ImapReply> {
    const reply = await this.command('STARTTLS')
    if (reply.status !== 'OK') return reply
    const unread = this.#reader.unread
    if (unread.length > 0) {
      throw new TlsError(
        `Expected nothing between the answer to STARTTLS and the handshake, but came: ${escapeOctets(unread)}`,
        this.formatted,
      )
    }
    await this.#connection.startTls(options)
    return reply
  }

  /** @throws MailboxCommandError when the server will not idle */
  async idle(): Promise<Idling> {
    const tag = this.#send('IDLE')
    const line = await this.#reader.line(this.#connection, 'the continuation of IDLE')
    if (!line.startsWith('+')) throw new MailboxCommandError('IDLE', line, { transcript: this.formatted })
    return {
      next: async () => (await this.#reader.line(this.#connection, 'news while idling')).replace(/^\* /, ''),
      done: () => {
        this.#connection.write('DONE\r\n')
        return this.#finish(tag, 'IDLE')
      },
    }
  }

  async logout(): Promise<ImapReply> {
    const reply = await this.command('LOGOUT')
    this.destroy()
    return reply
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#connection.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy()
  }

  #send(line: string): string {
    this.#tags += 1
    const tag = `a${this.#tags}`
    this.#connection.write(`${tag} ${line}\r\n`)
    return tag
  }

  async #finish(tag: string, what: string, answer?: (challenge: string) => string): Promise<ImapReply> {
    const untagged: string[] = []
    for (;;) {
      const line = await this.#reader.line(this.#connection, `the answer to ${what}`)
      if (line.startsWith('+') && answer) {
        this.#connection.write(`${answer(line.replace(/^\+ ?/, ''))}\r\n`)
      } else if (line.startsWith('* ')) {
        untagged.push(line.slice(2))
      } else {
        const end = /^(?<tag>\S+) (?<status>OK|NO|BAD)(?: \[(?<code>[^\]]*)\])? ?(?<text>.*)$/s.exec(line)?.groups
        if (end?.tag !== tag) throw new MailboxCommandError(what, line, { transcript: this.formatted })
        return {
          status: end.status as ImapReply['status'],
          ...(end.code === undefined ? {} : { code: end.code }),
          text: end.text ?? '',
          untagged,
        }
      }
    }
  }
}

/** A quoted string (RFC 9051 §4.3). */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A command for an error message: no secrets. */
function verb(line: string): string {
  return line.split(' ', 1).join('')
}
