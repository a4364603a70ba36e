import type { CheckContext } from 'mailrig/check'

/** Services on which TLS may be spoken, the port that each usually has, and how it begins. */
export const TLS_SERVICES = [
  { service: 'smtp', port: 25, begins: 'STARTTLS', source: 'RFC 3207 4' },
  { service: 'submission', port: 587, begins: 'STARTTLS', source: 'RFC 3207 4; RFC 6409 3.1' },
  { service: 'submissions', port: 465, begins: 'TLS from the first octet', source: 'RFC 8314 3.3' },
  { service: 'imap', port: 143, begins: 'STARTTLS', source: 'RFC 9051 6.2.1' },
  { service: 'imaps', port: 993, begins: 'TLS from the first octet', source: 'RFC 8314 3.2' },
  { service: 'pop3', port: 110, begins: 'STLS', source: 'RFC 2595 4' },
  { service: 'pop3s', port: 995, begins: 'TLS from the first octet', source: 'RFC 8314 3.1' },
] as const
export type TlsService = (typeof TLS_SERVICES)[number]['service']

/** What decides about the TLS of clients. */
export const TLS_SETTINGS = {
  postfix: ['smtpd_tls_security_level', 'smtpd_tls_chain_files', 'smtpd_tls_cert_file', 'smtpd_tls_key_file'],
  exim: ['tls_advertise_hosts', 'tls_certificate', 'tls_privatekey'],
  sendmail: ['confSERVER_CERT', 'confSERVER_KEY', 'confCACERT'],
  dovecot: ['ssl', 'ssl_cert', 'ssl_key', 'ssl_server_cert_file', 'ssl_server_key_file'],
} as const

/** The options of a handshake; without an authority no certificate is checked. */
interface Handshake {
  ca?: string
  servername?: string
  minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  ciphers?: string
}

/** A session over TLS: what it led to. Undefined where the service offers no TLS. @throws {TlsError} */
export async function secured(t: CheckContext, service: TlsService, options: Handshake = {}) {
  if (service === 'imap' || service === 'imaps') {
    const session = await t.imap(service, service === 'imaps' ? options : {})
    if (service === 'imap') {
      if (!(await session.capability()).has('STARTTLS')) return undefined
      const { status, text } = await session.startTls(options)
      if (status !== 'OK') t.fault('OK to STARTTLS, which is offered', `${status} ${text}`)
    }
    await session.command('NOOP')
    return session.tls
  }
  if (service === 'pop3' || service === 'pop3s') {
    const session = await t.pop3(service, service === 'pop3s' ? options : {})
    if (service === 'pop3') {
      if (!(await session.capa()).has('STLS')) return undefined
      await session.stls(options)
    }
    await session.capa()
    return session.tls
  }
  const session = await t.session({ service, ehlo: false, ...(service === 'submissions' ? options : {}) })
  const { keywords } = await session.ehlo()
  if (service !== 'submissions') {
    if (!keywords.has('STARTTLS')) return undefined
    t.replied(await session.startTls(options), 220, 'STARTTLS, which is offered')
    t.replied((await session.ehlo()).reply, 250, 'EHLO over TLS')
  }
  return session.tls
}

/** The name that clients expect in the certificate of a service. */
export function nameOf(t: CheckContext, service: TlsService): string {
  return t.subject.certificateName?.(service) ?? t.facts.host
}

/** Services of the list that answer here. */
export function offered(t: CheckContext): TlsService[] {
  return TLS_SERVICES.map(({ service }) => service).filter((service) => t.subject.endpoint(service, t.anySide))
}

/** The first line of an error. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1).join('')
}
