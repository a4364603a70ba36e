import { InputError, MailrigError } from '../errors/mailrig-error.ts'
import { bareMessageId, headerField, headerFields } from '../message/header-fields.ts'
import { type ComposedMessage, type ComposeOptions, compose, type Envelope } from './compose.ts'
import type { TlsOptions } from './connection.ts'
import { toCrlf } from './dot-stuffing.ts'
import { type EsmtpParams, mailCommand, rcptCommand } from './envelope-command.ts'
import { formatReply, type Reply } from './reply.ts'
import { type AuthOptions, openSession, type Session } from './session.ts'
import type { Transcript } from './transcript.ts'

export interface SendOptions extends ComposeOptions {
  endpoint: { host: string; port: number }
  localAddress?: string
  /** A message ready made, sent in place of a composed one; a string's line ends become CRLF. */
  content?: Buffer | string
  /** Makes of the composed message what is sent: signs it, or breaks it. */
  finish?: (content: Buffer) => Buffer | Promise<Buffer>
  /** Argument of EHLO. Default `client.example`. */
  helo?: string
  mailParams?: EsmtpParams
  /** For every recipient, or by address. */
  rcptParams?: EsmtpParams | ((address: string) => EsmtpParams | undefined)
  auth?: AuthOptions
  /** `starttls`: STARTTLS, and an error when it is not offered. Default: clear text. */
  tls?: 'implicit' | 'starttls' | false
  tlsOptions?: TlsOptions
  /** False: one command a round trip even where PIPELINING is offered. Default true. */
  pipelining?: boolean
  /** Resolve also when the server takes the message for nobody. Default false. */
  expectRefusal?: boolean
  /** Bounds every wait, in milliseconds. Default 10,000. */
  timeoutMs?: number
  name?: string
  onLine?: (line: string) => void
}

export interface SentMessage {
  /** Without angle brackets. Empty where the message has none. */
  messageId: string
  envelope: Envelope
  /** The message as composed, dots not doubled. */
  content: Buffer
  replies: {
    mail: Reply
    /** In the order of `envelope.to`. Empty when MAIL was refused, without PIPELINING. */
    rcpt: Reply[]
    data?: Reply
    /** The reply to the end of the message. */
    end?: Reply
  }
  /** Recipients the server has taken responsibility for. */
  accepted: string[]
  /** The others, each with the reply that refused it. */
  rejected: { address: string; reply: Reply }[]
  transcript: Transcript
  /** When the last reply came. */
  sentAt: Date
}

/** The server took the message for nobody. */
export class SendRefusedError extends MailrigError {
  readonly reply: Reply
  readonly transcript: string

  constructor(step: string, reply: Reply, transcript: string) {
    super(`Expected the server to accept ${step}, but it said: ${formatReply(reply)}\n${transcript}`, {
      code: 'SEND_REFUSED',
      remedy: 'Where the refusal is what the test is about: expectRefusal: true, and assert on the replies.',
    })
    this.reply = reply
    this.transcript = transcript
  }
}

/**
 * Composes a message and sends it in a session of its own, groups of commands in one write where the server offers
 * PIPELINING (RFC 2920). Resolves at the reply to the message; QUIT has been sent by then and is not waited for.
 *
 * @throws SendRefusedError when the server refuses before MAIL, or no recipient got it, unless `expectRefusal`;
 * ConnectError, TlsError, SessionEndedError, SessionWaitError
 */
export async function sendMessage(options: SendOptions): Promise<SentMessage> {
  // Composed while the connection is made.
  const [message, session] = await Promise.all([messageOf(options), open(options)])
  let done = false
  try {
    const pipelining = await greet(session, options)
    const sent = pipelining ? await sendGrouped(session, message, options) : await sendInTurn(session, message, options)
    done = true
    leave(session)
    const result = outcome(session, message, sent)
    if (result.accepted.length === 0 && !options.expectRefusal) throw refusal(result, session)
    return result
  } finally {
    if (!done) session.destroy()
  }
}

interface Replies {
  mail: Reply
  rcpt: Reply[]
  data?: Reply
  end?: Reply
}

function open(options: SendOptions): Promise<Session> {
  const { endpoint, localAddress, tls, tlsOptions, timeoutMs, name, onLine } = options
  return openSession({
    ...endpoint,
    ...tlsOptions,
    tls: tls === 'implicit' ? 'implicit' : false,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(name === undefined ? {} : { name }),
    ...(onLine === undefined ? {} : { onLine }),
  })
}

async function messageOf(options: SendOptions): Promise<ComposedMessage> {
  const message = await madeOf(options)
  return options.finish ? { ...message, content: await options.finish(message.content) } : message
}

async function madeOf(options: SendOptions): Promise<ComposedMessage> {
  if (options.content === undefined) return withRecipients(await compose(options), options)
  const content = typeof options.content === 'string' ? Buffer.from(toCrlf(options.content)) : options.content
  const messageId = bareMessageId(headerField(headerFields(content), 'Message-ID')) ?? ''
  const { envelope } = await compose(options)
  return withRecipients({ content, messageId, envelope }, options)
}

/** What stands among the options without an author having written it. */
const SET_BY_RIGS: readonly string[] = ['endpoint', 'localAddress', 'helo', 'tlsOptions', 'name', 'onLine', 'timeoutMs']

function withRecipients(message: ComposedMessage, options: SendOptions): ComposedMessage {
  if (message.envelope.to.length > 0) return message
  const given = Object.keys(options).filter((key) => !SET_BY_RIGS.includes(key))
  const what = given.length === 0 ? 'nothing' : given.join(', ')
  throw new InputError(`A message to be sent needs a recipient, and this one has none; of it was said: ${what}.`, {
    code: 'NO_RECIPIENTS',
    remedy: "Say to whom: { to: 'jim@example.com' }.",
  })
}

/** Greeting, EHLO or HELO, STARTTLS, AUTH. True when PIPELINING is offered and wanted. */
async function greet(session: Session, options: SendOptions): Promise<boolean> {
  if (session.greeting.code !== 220) throw new SendRefusedError('the connection', session.greeting, session.formatted)
  let { reply, keywords } = await session.ehlo(options.helo)
  if (reply.code >= 500) reply = await session.helo(options.helo)
  if (reply.code !== 250) throw new SendRefusedError('the greeting', reply, session.formatted)
  if (options.tls === 'starttls') {
    const started = await session.startTls(options.tlsOptions)
    if (started.code !== 220) throw new SendRefusedError('STARTTLS', started, session.formatted)
    keywords = (await session.ehlo(options.helo)).keywords
  }
  if (options.auth) {
    const granted = await session.auth(options.auth)
    if (granted.code !== 235) throw new SendRefusedError('the login', granted, session.formatted)
  }
  return options.pipelining !== false && keywords.has('PIPELINING')
}

function commands({ envelope }: ComposedMessage, options: SendOptions): { mail: string; rcpt: string[] } {
  const { mailParams, rcptParams } = options
  const paramsOf = (address: string) => (typeof rcptParams === 'function' ? rcptParams(address) : rcptParams)
  return {
    mail: mailCommand(envelope.from, mailParams),
    rcpt: envelope.to.map((address) => rcptCommand(address, paramsOf(address))),
  }
}

async function sendGrouped(session: Session, message: ComposedMessage, options: SendOptions): Promise<Replies> {
  const { mail, rcpt } = commands(message, options)
  const replies = await session.pipeline([mail, ...rcpt, 'DATA'])
  const [first, ...others] = replies
  const data = others.pop()
  if (!first || !data) throw new TypeError('a pipeline answers every line')
  const result: Replies = { mail: first, rcpt: others, data }
  if (data.code !== 354) return result
  // A 354 without a recipient must be answered by an empty message (RFC 2920 §3.1).
  const end = await session.content(others.some(positive) ? message.content : Buffer.alloc(0))
  return { ...result, end }
}

async function sendInTurn(session: Session, message: ComposedMessage, options: SendOptions): Promise<Replies> {
  const { mail, rcpt } = commands(message, options)
  const result: Replies = { mail: await session.command(mail), rcpt: [] }
  if (!positive(result.mail)) return result
  for (const command of rcpt) result.rcpt.push(await session.command(command))
  if (!result.rcpt.some(positive)) return result
  result.data = await session.command('DATA')
  if (result.data.code === 354) result.end = await session.content(message.content)
  return result
}

function outcome(session: Session, message: ComposedMessage, replies: Replies): SentMessage {
  const { mail, rcpt, data, end } = replies
  const whole = positive(mail) ? [data, end].find((reply) => reply && reply.code >= 400) : mail
  const taken = end !== undefined && positive(end)
  const accepted: string[] = []
  const rejected: SentMessage['rejected'] = []
  for (const [index, address] of message.envelope.to.entries()) {
    const reply = rcpt[index]
    if (taken && reply && positive(reply)) accepted.push(address)
    else
      rejected.push({ address, reply: reply && !positive(reply) && positive(mail) ? reply : (whole ?? reply ?? mail) })
  }
  return { ...message, replies, accepted, rejected, transcript: session.transcript, sentAt: new Date() }
}

function refusal(result: SentMessage, session: Session): SendRefusedError {
  const { mail, rcpt, data, end } = result.replies
  if (!positive(mail)) return new SendRefusedError('the sender', mail, session.formatted)
  const refused = rcpt.find((reply) => !positive(reply))
  if (refused && !rcpt.some(positive)) return new SendRefusedError('a recipient', refused, session.formatted)
  return new SendRefusedError('the message', end ?? data ?? mail, session.formatted)
}

/** QUIT without holding up the caller; bounded like every wait, and no error of interest is left. */
function leave(session: Session): void {
  session.quit().catch(() => session.destroy())
}

function positive(reply: Reply): boolean {
  return reply.code >= 200 && reply.code < 300
}
