import type { SecureVersion } from 'node:tls'
import type { MailArrival } from './arrival.ts'

export interface ImapOptions {
  host: string
  port: number
  user: string
  password: string
  /** `implicit` from the first octet (RFC 8314), `starttls` or an error. Default: clear text. */
  tls?: 'implicit' | 'starttls' | false
  /** PEM of the authority that must have signed the server's certificate. Without it none is checked. */
  ca?: string | Buffer
  servername?: string
  minVersion?: SecureVersion
  maxVersion?: SecureVersion
  ciphers?: string
  /** Bounds connecting and the greeting, in milliseconds. Default 10 000 of an idle machine. */
  timeoutMs?: number
  /** Tells of deliveries sooner than the server does; the default for every wait. */
  arrival?: MailArrival
}
