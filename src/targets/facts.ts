import type { Side } from '../engine/side.ts'

/** A service that a host offers, by the port's usual meaning (RFC 5321, 6409, 8314, 9051, 1939, 5804, 2033). */
export type ServiceName =
  | 'smtp'
  | 'submission'
  | 'submissions'
  | 'imap'
  | 'imaps'
  | 'pop3'
  | 'pop3s'
  | 'managesieve'
  | 'lmtp'

/** Somebody who can log in, or whose mailbox can be read. */
export interface AccountFact {
  /** Where mail for them arrives. */
  address: string
  /** The name they log in with. */
  user: string
  /** Absent where only its hash is known: then nobody can log in as them. */
  password?: string
}

/** Where a fact comes from, e.g. `main.cf:12`, `postconf -x mynetworks`, `the topology`, `mailrig.yaml:4:3`. */
export type FactOrigin = string

/** A list of addresses that one address leads to. */
export interface AliasFact {
  address: string
  to: readonly string[]
}

/** What tests may rely on in a target: who is there, who is trusted, what is offered. Absent fields are not known. */
export interface Facts {
  /** The name it greets with, fully qualified. */
  host: string
  /** Domains whose mail it takes as its own or relays in. Lower case. */
  domains: readonly { name: string; kind: 'local' | 'virtual-mailbox' | 'virtual-alias' | 'relay' }[]
  accounts: readonly AccountFact[]
  aliases: readonly AliasFact[]
  /** Domains where every local part is taken. */
  catchAll: readonly string[]
  /** Addresses of its own domains that must not exist, made up where nobody declares one. Empty where every name is taken. */
  unknown: readonly string[]
  /** What parts a user from a detail, e.g. `+`. Undefined: none. */
  recipientDelimiter?: string
  /** Octets a message may have. Undefined: not known. 0: no limit. */
  sizeLimit?: number
  /** What listens, for clients of either side. */
  services: readonly { service: ServiceName; port: number }[]
  /** Sides whose clients may relay without a login. */
  trusted: readonly Side[]
  /** Where all mail for others goes, where it does not go by MX. */
  smarthost?: string
  /** Field name (as above) → where it was read. */
  origins: Readonly<Record<string, FactOrigin>>
}
