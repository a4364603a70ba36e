import { InputError } from '../errors/mailrig-error.ts'
import { bareMessageId, headerField, headerFields } from '../message/header-fields.ts'
import { type DeliveryReport, deliveryReport } from './delivery-report.ts'
import { answered, imapConnectError } from './imap-answer.ts'
import { imapClient } from './imap-client.ts'
import type { ImapOptions } from './imap-options.ts'

/** A message of a mailbox, as far as it has to be told from others. */
export interface CensusMessage {
  /** Without angle brackets; undefined where the message has none. */
  messageId?: string
  /** Of a bounce and the like (RFC 3464): what it says. */
  report?: DeliveryReport
}

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
      const reports: number[] = []
      for await (const { uid, headers } of client.fetch('1:*', { uid: true, headers: ['message-id', 'content-type'] })) {
        const fields = headerFields(headers ?? Buffer.alloc(0))
        const messageId = bareMessageId(headerField(fields, 'Message-ID'))
        if (/^multipart\/report\b/i.test(headerField(fields, 'Content-Type') ?? '')) reports.push(uid)
        else take(messageId === undefined ? {} : { messageId })
      }
      for (const uid of reports) {
        const fetched = await answered('FETCH', () => client.fetchOne(`${uid}`, { source: true }, { uid: true }))
        const source = fetched ? fetched.source : undefined
        const messageId = source && bareMessageId(headerField(headerFields(source), 'Message-ID'))
        const report = source && (await deliveryReport(source).catch(unlessNone))
        take({ ...(messageId === undefined ? {} : { messageId }), ...(report ? { report } : {}) })
      }
    }
  } finally {
    await client.logout().catch(() => client.close())
  }
}

function unlessNone(error: unknown): undefined {
  if (error instanceof InputError) return undefined
  throw error
}
