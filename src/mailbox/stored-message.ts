import PostalMime, { addressParser, decodeWords, type Email } from 'postal-mime'
import { bareMessageId, headerField, headerFields } from '../message/header-fields.ts'
import { type DeliveryReport, deliveryReport } from './delivery-report.ts'

export type { Email }

/** A message that reached its mailbox, however it was read: IMAP, POP3 or a spool file. */
export interface StoredMessage {
  /** IMAP UID (RFC 9051 §2.3.1.1). In a POP3 maildrop, an mbox or a Maildir: the place in it, from 1. */
  uid: number
  /** IMAP flags, e.g. `\Seen`. */
  flags: ReadonlySet<string>
  /** Octets. */
  size: number
  /** When it was stored, where the store tells. */
  internalDate?: Date
  /** Without angle brackets. */
  messageId?: string
  /** Decoded (RFC 2047); empty when there is none. */
  subject: string
  /** First address of the From field. */
  from?: string
  /** Addresses of the To field. */
  to: string[]
  /** The message as the store gives it. */
  raw(): Promise<Buffer>
  /** Its fields, texts and attachments, read by postal-mime. */
  parsed(): Promise<Email>
  /** A bounce, delay warning or success notification, read (RFC 3464). @throws {InputError} where it is none. */
  report(): Promise<DeliveryReport>
}

export interface StoredFacts {
  uid: number
  size: number
  flags?: Iterable<string>
  internalDate?: Date
}

/** @param head the message, or its first octets with the whole header section */
export function storedMessage(facts: StoredFacts, head: Buffer, raw: () => Promise<Buffer>): StoredMessage {
  const fields = headerFields(head)
  const messageId = bareMessageId(headerField(fields, 'Message-ID'))
  const from = addresses(headerField(fields, 'From'))[0]
  let email: Promise<Email> | undefined
  return {
    uid: facts.uid,
    flags: new Set(facts.flags),
    size: facts.size,
    subject: decodeWords(headerField(fields, 'Subject') ?? ''),
    to: addresses(headerField(fields, 'To')),
    ...(facts.internalDate === undefined ? {} : { internalDate: facts.internalDate }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(from === undefined ? {} : { from }),
    raw,
    report: () => raw().then(deliveryReport),
    parsed() {
      email ??= raw().then((octets) => PostalMime.parse(octets))
      return email
    },
  }
}

function addresses(value: string | undefined): string[] {
  if (value === undefined) return []
  return addressParser(value, { flatten: true })
    .map(({ address }) => address ?? '')
    .filter((address) => address !== '')
}

/** `<id> "subject"`: one message in one line of an error. */
export function describeMessage(message: StoredMessage): string {
  return `<${message.messageId ?? 'no Message-ID'}> ${JSON.stringify(message.subject)}`
}
