import PostalMime, { type Email } from 'postal-mime'
import { type DeliveryReport, deliveryReport } from '../mailbox/delivery-report.ts'
import { epochNow } from '../metrics/clock.ts'
import { headerField } from './header-field.ts'
import type { Parameters } from './path-command.ts'

export interface TlsState {
  /** E.g. `TLSv1.3`. */
  protocol: string
  /** OpenSSL's name, e.g. `TLS_AES_256_GCM_SHA384`. */
  cipher: string
  /** The host name that the client asked for (SNI, RFC 6066 §3); undefined where it named none. */
  servername?: string
  /** The client went on with the keys of an earlier session, and saw no certificate (RFC 8446 §2.2). */
  resumed: boolean
}

export interface Envelope {
  /** Reverse-path without angle brackets, as transferred; `''` for the null one. */
  from: string
  /** Accepted recipients, in order, as transferred; one that came twice stands here twice. */
  to: string[]
  parameters: {
    /** Of MAIL: SIZE, BODY, RET, ENVID, SMTPUTF8, AUTH, … */
    mail: Parameters
    /** Of each RCPT, in the order of `to`: NOTIFY, ORCPT, … */
    rcpt: Parameters[]
  }
  /** The argument of HELO or EHLO. */
  helo: string
  clientAddress: string
  tls: false | TlsState
  /** Who authenticated, if anybody. */
  user?: string
}

/** A message handed over to an upstream, with everything that can be known of the hand-over. */
export class RelayedMessage {
  /** What the upstream called it in its reply, unique in the process. */
  readonly id: string
  /** When the last octet came, milliseconds since the epoch. */
  readonly at: number
  readonly from: string
  readonly to: readonly string[]
  readonly parameters: Envelope['parameters']
  readonly helo: string
  readonly clientAddress: string
  readonly tls: false | TlsState
  readonly user: string | undefined
  /** The message in octets: what was transferred, transparency undone (RFC 5321 §4.5.2), nothing else changed. */
  readonly content: Buffer
  /** The mail data in octets as transferred, dots still doubled, the final dot's line included. */
  readonly wire: Buffer
  #subject: string | undefined
  #messageId: string | undefined
  #email: Promise<Email> | undefined

  constructor(id: string, envelope: Envelope, octets: { content: Buffer; wire: Buffer }) {
    this.id = id
    this.at = epochNow()
    this.from = envelope.from
    this.to = envelope.to
    this.parameters = envelope.parameters
    this.helo = envelope.helo
    this.clientAddress = envelope.clientAddress
    this.tls = envelope.tls
    this.user = envelope.user
    this.content = octets.content
    this.wire = octets.wire
  }

  /** `content` as UTF-8; octets that are none become U+FFFD. */
  get text(): string {
    return this.content.toString('utf8')
  }

  /** The Subject, decoded; `''` where there is none. */
  get subject(): string {
    this.#subject ??= headerField(this.content, 'Subject') ?? ''
    return this.#subject
  }

  /** The Message-ID without angle brackets; `''` where there is none. */
  get messageId(): string {
    this.#messageId ??= (headerField(this.content, 'Message-ID') ?? '').replace(/^<(.*)>$/, '$1')
    return this.#messageId
  }

  /** The message taken apart: headers, texts, attachments. Parsed when first asked for. */
  parsed(): Promise<Email> {
    this.#email ??= PostalMime.parse(this.content)
    return this.#email
  }

  /** A bounce, delay warning or success notification, read (RFC 3464). @throws {InputError} where it is none. */
  report(): Promise<DeliveryReport> {
    return deliveryReport(this.content)
  }

  /** One line for people, e.g. `from <a@b> to <c@d>, Message-ID <x@y>, "Subject"`. */
  describe(): string {
    const to = this.to.map((address) => `<${address}>`).join(' ')
    return `from <${this.from}> to ${to}, ${this.messageId === '' ? 'no Message-ID' : `Message-ID <${this.messageId}>`}, ${JSON.stringify(this.subject)}`
  }
}
