import type { Hop } from './hops.ts'
import type { Mechanism, ParsedTopology } from './schema.ts'

/** A mailbox in the mail store: its password, its quota, its Sieve script. */
export type Mailbox = ParsedTopology['domains'][string]['mailboxes'][string]

/** A domain with mailboxes in the mail store; recipients are full addresses. */
export interface MailboxDomain {
  /** Local part → settings. The IMAP user is `local-part@domain`. */
  mailboxes: Record<string, Mailbox>
  aliases: Record<string, string[]>
  catchAll?: string
}

export interface VirtualAliasDomain {
  aliases: Record<string, string[]>
  catchAll?: string
}

/** Port 587. */
export interface Submission {
  tls: ParsedTopology['tls']
  authRequiresTls: boolean
  mechanisms: Mechanism[]
  senders: 'any' | 'own'
}

/** The checked topology: with every default, and every name resolved. Adapters make configurations from this and nothing else. */
export interface Topology
  extends Omit<
    ParsedTopology,
    | 'host'
    | 'origin'
    | 'domains'
    | 'virtualAliasDomains'
    | 'local'
    | 'store'
    | 'tlsMinimum'
    | 'submission'
    | 'smarthost'
    | 'routes'
    | 'senderRoutes'
  > {
  tlsMinimum: NonNullable<ParsedTopology['tlsMinimum']>
  submission: Submission
  smarthost?: Hop
  routes: Record<string, Hop>
  senderRoutes: Record<string, Hop>
  host: string
  origin: string
  domains: Record<string, MailboxDomain>
  virtualAliasDomains: Record<string, VirtualAliasDomain>
  /** Domains of `local` include `host`. Absent when the topology declares no Unix accounts or aliases. */
  local?: NonNullable<ParsedTopology['local']>
  /** The defaults where the topology says nothing, even where there is no store. */
  store: NonNullable<ParsedTopology['store']>
}
