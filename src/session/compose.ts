import { randomUUID } from 'node:crypto'
import MailComposer, { type Options } from 'nodemailer/lib/mail-composer'
import { InputError } from '../errors/mailrig-error.ts'
import { bareMessageId } from '../message/header-fields.ts'
import { sizeOf } from '../topology/size.ts'

export interface ComposeOptions {
  /** Address or `Name <address>`. Default `sender@client.example`. */
  from?: string
  to?: string | string[]
  cc?: string | string[]
  bcc?: string | string[]
  /** Default: numbered. */
  subject?: string
  /** Default: one short line. */
  text?: string
  html?: string
  attachments?: { filename?: string; content: string | Buffer; contentType?: string }[]
  /** Further header fields; a list gives the field several times. */
  headers?: Record<string, string | string[]>
  /** With or without angle brackets; null leaves the field out. Default: a new one. */
  messageId?: string | null
  /** Null leaves the field out. Default: now. */
  date?: Date | null
  /** Makes the message exactly that many octets long, by lines added to a plain text body: a number, or `'50K'`, `'10M'`. */
  size?: number | string
  /** Overrides what from, to, cc and bcc say. `from: ''` is the null reverse-path. */
  envelope?: { from?: string; to?: string | string[] }
}

export interface Envelope {
  from: string
  to: string[]
}

export interface ComposedMessage {
  /** The message as RFC 5322 has it, lines ending in CRLF, dots not doubled. */
  content: Buffer
  /** Without angle brackets. Empty when left out. */
  messageId: string
  envelope: Envelope
}

let counter = 0

/** Builds a message with a Message-ID of its own. @throws InputError when `size` cannot be had */
export async function compose(options: ComposeOptions = {}): Promise<ComposedMessage> {
  counter += 1
  const { messageId, date, size, envelope, text, headers, ...fields } = options
  const id = messageId === null ? '' : (bareMessageId(messageId) ?? `${randomUUID()}@mailrig.example`)
  const mail: Options = {
    from: 'sender@client.example',
    subject: `Test message ${counter}`,
    ...fields,
    text: text ?? (options.html === undefined ? `This is test message ${counter}.\n` : undefined),
    headers: headers ?? {},
    messageId: id === '' ? undefined : `<${id}>`,
    date: date ?? new Date(),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  const node = new MailComposer(mail).compile()
  const derived = node.getEnvelope()
  const built = await node.build()
  const omitted = [...(id === '' ? ['message-id'] : []), ...(date === null ? ['date'] : [])]
  const content = omitted.length === 0 ? built : withoutFields(built, omitted)
  return {
    content: size === undefined ? content : padded(content, sizeOf(size, 'size')),
    messageId: id,
    envelope: {
      from: envelope?.from ?? (derived.from || ''),
      to: envelope?.to === undefined ? derived.to : [envelope.to].flat(),
    },
  }
}

/** The composer adds Date and Message-ID whatever it is told; they are on one line each. */
function withoutFields(message: Buffer, names: string[]): Buffer {
  const end = message.indexOf('\r\n\r\n') + 2
  const kept = message
    .toString('latin1', 0, end)
    .split(/(?<=\r\n)(?![ \t])/)
    .filter((field) => !names.includes(field.slice(0, field.indexOf(':')).toLowerCase()))
  return Buffer.concat([Buffer.from(kept.join(''), 'latin1'), message.subarray(end)])
}

const FILLER = 'This line is here to make the message as large as the test wants it to be.'

/** Adds lines until the message has `size` octets, line ends counted as CRLF (RFC 1870 §5). */
function padded(message: Buffer, size: number): Buffer {
  const header = message.toString('latin1', 0, message.indexOf('\r\n\r\n'))
  if (/^content-transfer-encoding: (?!7bit)|^content-type: multipart/im.test(header)) {
    throw new InputError(
      'size works on a plain ASCII text only, and this message has attachments, HTML or other text.',
      {
        code: 'SIZE_NOT_PLAIN',
        remedy: 'Leave out size, or give an attachment of the size wanted.',
      },
    )
  }
  const body = message.subarray(-2).toString() === '\r\n' ? message : Buffer.concat([message, Buffer.from('\r\n')])
  const missing = size - body.length
  if (missing < 0) {
    throw new InputError(`size is ${size} octets, but header and text alone have ${body.length}.`, {
      code: 'SIZE_TOO_SMALL',
      remedy: 'Ask for a larger size, or give a shorter text.',
    })
  }
  const line = `${FILLER}\r\n`
  // A line needs two octets for its end, so one octet over goes into the line before.
  const odd = missing % line.length
  const tail = odd === 0 ? '' : odd === 1 ? undefined : `${'x'.repeat(odd - 2)}\r\n`
  if (tail !== undefined) {
    return Buffer.concat([body, Buffer.alloc(missing - odd, line), Buffer.from(tail)])
  }
  return Buffer.concat([body.subarray(0, -2), Buffer.from('x\r\n'), Buffer.alloc(missing - 1, line)])
}
