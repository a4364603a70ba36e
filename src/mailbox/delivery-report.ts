import PostalMime from 'postal-mime'
import { InputError } from '../errors/mailrig-error.ts'
import { bareMessageId, headerField, headerFields } from '../message/header-fields.ts'

/** What became of one recipient (RFC 3464 §2.3). */
export interface ReportedRecipient {
  /** Final-Recipient without its type, e.g. `jim@example.com`. */
  address: string
  /** Original-Recipient without its type: what the client gave as ORCPT (RFC 3461 §4.2). */
  original?: string
  action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`. */
  status: string
  /** What the next hop said, e.g. `550 5.1.1 User unknown`. */
  diagnostic?: string
  remoteMta?: string
  /** Of a delay: when the server will give up. */
  willRetryUntil?: string
}

/** A delivery status notification (RFC 3464), read. */
export interface DeliveryReport {
  /** The server that reports. */
  reportingMta: string
  /** What the client gave as ENVID (RFC 3461 §4.4). */
  envelopeId?: string
  arrival?: string
  recipients: ReportedRecipient[]
  /** The returned message, or its header; undefined where nothing was returned. */
  returned?: { full: boolean; messageId?: string; content: Buffer }
}

const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

/**
 * Reads a message of type multipart/report with a message/delivery-status part (RFC 6522, RFC 3464).
 *
 * @throws {InputError} NO_REPORT where it is none, or lacks a field that RFC 3464 asks for.
 */
export async function deliveryReport(message: Buffer): Promise<DeliveryReport> {
  const email = await PostalMime.parse(message, { forceRfc822Attachments: true })
  const type = headerField(headerFields(message), 'Content-Type') ?? ''
  const part = email.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status')
  if (!part || !/^multipart\/report\b/i.test(type)) throw noReport(`its type is ${JSON.stringify(type)}`)
  const [first = [], ...others] = groups(octets(part.content))
  const envelopeId = headerField(first, 'Original-Envelope-Id')
  const arrival = headerField(first, 'Arrival-Date')
  const returned = email.attachments.find(({ mimeType }) => /^(?:message\/rfc822|text\/rfc822-headers)$/.test(mimeType))
  return {
    reportingMta: withoutType(required(first, 'Reporting-MTA')),
    ...(envelopeId === undefined ? {} : { envelopeId }),
    ...(arrival === undefined ? {} : { arrival }),
    recipients: others.map(recipient),
    ...(returned ? { returned: returnedMessage(octets(returned.content), returned.mimeType) } : {}),
  }
}

type FieldList = [name: string, value: string][]

/** Groups of fields, an empty line between them. */
function groups(content: Buffer): FieldList[] {
  return content
    .toString('utf8')
    .split(/(?:\r?\n){2,}/)
    .map((text) => headerFields(Buffer.from(text.trimStart())))
    .filter((fields) => fields.length > 0)
}

function recipient(fields: FieldList): ReportedRecipient {
  const said = required(fields, 'Action').toLowerCase()
  // Exim and sendmail write more behind the word.
  const action = ACTIONS.find((known) => said.startsWith(known))
  if (!action) throw noReport(`RFC 3464 knows no Action ${JSON.stringify(said)}`)
  const optional = {
    original: headerField(fields, 'Original-Recipient'),
    diagnostic: headerField(fields, 'Diagnostic-Code'),
    remoteMta: headerField(fields, 'Remote-MTA'),
  }
  const willRetryUntil = headerField(fields, 'Will-Retry-Until')
  const present = Object.entries(optional).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, withoutType(value)]],
  )
  return {
    address: withoutType(required(fields, 'Final-Recipient')),
    action,
    status: required(fields, 'Status').split(' ', 1).join(''),
    ...Object.fromEntries(present),
    ...(willRetryUntil === undefined ? {} : { willRetryUntil }),
  }
}

function returnedMessage(content: Buffer, mimeType: string): NonNullable<DeliveryReport['returned']> {
  const messageId = bareMessageId(headerField(headerFields(content), 'Message-ID'))
  // sendmail returns the header alone as message/rfc822 when it was asked to (RET=HDRS).
  const full = mimeType === 'message/rfc822' && /\r?\n\r?\n[^\r\n]/.test(content.toString('latin1'))
  return { full, content, ...(messageId === undefined ? {} : { messageId }) }
}

/** `rfc822; jim@example.com` → `jim@example.com`. */
function withoutType(value: string): string {
  return value.replace(/^[\w-]+; ?/, '').trim()
}

function required(fields: FieldList, name: string): string {
  const value = headerField(fields, name)
  if (value === undefined) throw noReport(`it has no ${name} field`)
  return value
}

function octets(content: ArrayBuffer | Uint8Array | string): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array)
}

function noReport(why: string): InputError {
  return new InputError(`the message is not a delivery status notification: ${why}`, {
    code: 'NO_REPORT',
    remedy: 'Look at its raw() octets; RFC 3464 says what a notification is made of.',
  })
}
