import { bareMessageId, headerField, headerFields } from '../message/header-fields.ts'
import { answered, imapConnectError } from './imap-answer.ts'
import { imapClient } from './imap-client.ts'
import type { ImapOptions } from './imap-options.ts'

/** A message of a mailbox, as far as it has to be told from others. */
export interface CensusMessage {
  /** Without angle brackets; undefined where the message has none. */
  messageId?: string
  /** The whole message, where it is a server's own to the sender of another: a bounce, a delay warning. */
  notice?: Buffer
}

const FIELDS = ['message-id', 'content-type', 'from']

/**
 * Goes through all messages in all folders of a mailbox, by one connection, and keeps none.
 *
 * @throws {MailboxLoginError} {MailboxConnectionError} {MailboxCommandError}
 */
export async function census(options: ImapOptions, take: (message: CensusMessage) => void): Promise<void> {
  const client = imapClient(options)
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw imapConnectError(error, options, `${options.user}'s folders at ${options.host}:${options.port}`)
  }
  try {
    const folders = await answered('LIST', () => client.list())
    for (const { path, flags } of folders) {
      if (flags.has('\\Noselect') || flags.has('\\NonExistent')) continue
      const { exists } = await answered(`SELECT ${path}`, () => client.mailboxOpen(path, { readOnly: true }))
      if (exists === 0) continue
      const notices: number[] = []
      for await (const { uid, headers } of client.fetch('1:*', { uid: true, headers: FIELDS })) {
        const fields = headerFields(headers ?? Buffer.alloc(0))
        const messageId = bareMessageId(headerField(fields, 'Message-ID'))
        if (isNotice(fields)) notices.push(uid)
        else take(messageId === undefined ? {} : { messageId })
      }
      for (const uid of notices) {
        const fetched = await answered('FETCH', () => client.fetchOne(`${uid}`, { source: true }, { uid: true }))
        const notice = fetched ? fetched.source : undefined
        if (notice) take({ notice })
      }
    }
  } finally {
    await client.logout().catch(() => client.close())
  }
}

/** RFC 3464 §2; and who writes none such, as OpenSMTPD, signs as the mail system. */
function isNotice(fields: [string, string][]): boolean {
  const type = headerField(fields, 'Content-Type') ?? ''
  return /^multipart\/report\b/i.test(type) || /\bmailer-daemon\b/i.test(headerField(fields, 'From') ?? '')
}
