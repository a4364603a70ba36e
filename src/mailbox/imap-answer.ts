import type { MailrigError } from '../errors/mailrig-error.ts'
import type { ImapOptions } from './imap-options.ts'
import { MailboxCommandError, MailboxConnectionError, MailboxLoginError } from './mailbox-error.ts'

interface ServerAnswer {
  responseText?: string
  serverResponseCode?: string
  mailboxMissing?: boolean
  authenticationFailed?: boolean
}

/** @throws MailboxCommandError with what the server said, for an answer of NO or BAD */
export async function answered<T>(command: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const { responseText, serverResponseCode, mailboxMissing } = error as ServerAnswer
    if (responseText === undefined) throw error
    // Dovecot answers a SELECT without the code; imapflow then looks whether the folder is listed.
    const responseCode = serverResponseCode ?? (mailboxMissing ? 'NONEXISTENT' : undefined)
    throw new MailboxCommandError(command, responseText, {
      cause: error,
      ...(responseCode === undefined ? {} : { responseCode }),
    })
  }
}

export function imapConnectError(error: unknown, options: ImapOptions, where: string): MailrigError {
  const { authenticationFailed, responseText, serverResponseCode } = error as ServerAnswer
  if (authenticationFailed) {
    const code = serverResponseCode === undefined ? '' : `[${serverResponseCode}] `
    return new MailboxLoginError(options.user, `${code}${responseText ?? 'no'}`, error)
  }
  return new MailboxConnectionError(where, error instanceof Error ? error.message : String(error), error)
}
