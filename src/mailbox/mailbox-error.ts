import { MailrigError } from '../errors/mailrig-error.ts'

/** The server refused the login. */
export class MailboxLoginError extends MailrigError {
  /** What the server said; an answer of IMAP with its response code. */
  readonly answer: string

  constructor(who: string, answer: string, cause?: unknown) {
    super(`Expected to log in as ${who}, but the server said: ${answer}`, {
      code: 'MAILBOX_LOGIN',
      remedy: 'Compare user name and password with the topology; mailboxes without a password have "secret".',
      cause,
    })
    this.answer = answer
  }
}

/** A connection to a mailbox could not be made, or it broke. */
export class MailboxConnectionError extends MailrigError {
  constructor(where: string, reason: string, cause?: unknown) {
    super(`Expected a connection to ${where}, but: ${reason}`, {
      code: 'MAILBOX_CONNECTION',
      remedy: 'Look at the log of the mail store; it may have stopped, or refused TLS.',
      cause,
    })
  }
}

/** The server refused a command. */
export class MailboxCommandError extends MailrigError {
  /** What the server said. */
  readonly answer: string
  /** Of an IMAP answer, in upper case, e.g. `OVERQUOTA` (RFC 5530). */
  readonly responseCode?: string

  constructor(
    command: string,
    answer: string,
    options: { transcript?: string; responseCode?: string; cause?: unknown } = {},
  ) {
    const transcript = options.transcript === undefined ? '' : `\n${options.transcript}`
    super(`Expected ${command} to succeed, but the server said: ${answer}${transcript}`, {
      code: 'MAILBOX_COMMAND',
      cause: options.cause,
    })
    this.answer = answer
    if (options.responseCode !== undefined) this.responseCode = options.responseCode.toUpperCase()
  }
}
