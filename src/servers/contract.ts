import { DEBIAN_RELEASES } from '../engine/debian-releases.ts'
import type { Exec } from '../engine/exec.ts'
import type { ServerFile } from '../engine/server-file.ts'
import type { Renewal } from '../engine/server-spec.ts'
import type { RigAddresses } from '../surroundings/rig-addresses.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import type { Topology } from '../topology/topology.ts'
import type { LogEvent } from './log-event.ts'

export type { Exec, ExecResult } from '../engine/exec.ts'
export type { ServerFile } from '../engine/server-file.ts'
export type { Renewal } from '../engine/server-spec.ts'
export type { Side } from '../engine/side.ts'
export type { RigAddresses } from '../surroundings/rig-addresses.ts'
export type { ServerCertificate } from '../tls/server-certificate.ts'

/** The name of a Debian release a server can come from; one of {@link RELEASES}. */
export type Release = string

/** All of them, oldest first. src/engine/debian-releases.ts says where each is found. */
export const RELEASES: readonly Release[] = DEBIAN_RELEASES.map(({ name }) => name)

/** Those that everything runs on unless others are chosen. */
export const DEFAULT_RELEASES: readonly Release[] = DEBIAN_RELEASES.filter(
  ({ inDefaultMatrix }) => inDefaultMatrix,
).map(({ name }) => name)

export interface RenderContext {
  topology: Topology
  release: Release
  addresses: RigAddresses
  tls: ServerCertificate
}

/** What a container is made of, beyond its image. */
export interface Rendered {
  files: ServerFile[]
  environment?: Record<string, string>
  /** Linux capabilities kept; all others are dropped. */
  capabilities: string[]
  /** Ports whose greeting means "ready", with the text it begins with, e.g. `{ 25: '220' }`. */
  greetings: Record<number, string>
  /**
   * A log line after which the server will never greet, though it runs on: each process of it that is to serve dies of
   * the configuration, or it waits for what cannot come.
   */
  refuses?: RegExp
  /** How a running server goes on with other data where nothing else differs. Absent: each rig boots its own. */
  renewal?: Renewal
}

/** What an adapter may do to a running server. */
export interface ServerHandle {
  exec: Exec
  /** Replaces files in the running container. */
  write(files: ServerFile[]): Promise<void>
  /** Resolves with the first log line after the call for which `test` holds. */
  nextLogLine(test: (line: string) => boolean, waitingFor: string): Promise<string>
}

/** One message in a server's queue. */
export interface QueueEntry {
  queueId: string
  sender: string
  recipients: { address: string; reason?: string }[]
  /** Octets. */
  size?: number
  /** When it was taken in, ms since the epoch; sendmail tells to the minute. */
  arrival?: number
  /** `hold` was put aside by somebody, `frozen` by Exim, for either reason: neither is tried again by itself. */
  state: 'active' | 'deferred' | 'hold' | 'frozen'
}

/** What an administrator does to messages in the queue. Each gives the command for these queue ids, at least one. */
export interface QueueCommands {
  /** Puts them aside: not tried until released. */
  hold(queueIds: readonly string[]): string[]
  release(queueIds: readonly string[]): string[]
  /** Throws them away; nobody is told. */
  delete(queueIds: readonly string[]): string[]
}

/** How the servers get at the tables of `accounts: 'postgresql'`; src/servers/postgres/schema.ts has the tables. */
export const ACCOUNT_DATABASE = { port: 5432, name: 'mail', user: 'mail', password: 'mail' } as const

/** Things a topology may ask for that not every MTA has. The value is a reason in words where it is missing. */
export const FEATURES = [
  /** Refuses an unknown mailbox at RCPT although the mailboxes are in the mail store. */
  'recipient-verification',
  /** Needs a command (postmap, newaliases) before a changed table takes effect. */
  'compiled-maps',
  'expn',
  'vrfy',
  'dsn',
  'chunking',
  'smtputf8',
  /** Reads ~/.forward. */
  'dot-forward',
  /** Enforces a quota of its own on local mailboxes. */
  'mailbox-quota',
  /** Asks the mail store at RCPT whether the mailbox is full. */
  'quota-at-rcpt',
  /** Can look up its tables in PostgreSQL. */
  'sql-tables',
  /** Address test mode: sendmail -bt. */
  'address-test-mode',
  /** Lists virtual domains and their addresses in the settings virtual_alias_domains and virtual_alias_maps. */
  'virtual-alias-domains',
] as const
export type Feature = (typeof FEATURES)[number]

/** What a server may have under way of which its log does not tell yet, and how to see the end of that. */
export interface Unlogged {
  /**
   * What the command lines of the server's own processes begin with. Any other process that appears beside them may make
   * mail: a program that an alias names, procmail, sendmail(1). For Perl and JavaScript alike.
   */
  own: RegExp
  /** Those of them whose children answer the server's questions, as policy services do, and make no mail. */
  serves?: RegExp
  /** Directories in which submitted messages lie before the log tells of them. */
  drops: readonly string[]
  /** Sockets and named pipes that the server writes its log into: a line written there comes out behind all before it. */
  mouths: readonly string[]
}

/**
 * What a server has in mind of the mail it has handled, beside its queue: hosts that did not answer, senders that were
 * verified. It lasts, so the next test would meet it.
 */
export interface Memory {
  /** Whether this line of the log shows that there may be something to forget. */
  kept(event: LogEvent): boolean
  /** Makes the running server forget all of it, and ends when it has. */
  forget: string[]
}

/** Everything that mailrig knows about one mail transfer agent. It is in one folder under `src/servers/`, and nowhere else. */
export interface MtaAdapter {
  /** The word for it on the command line and in reports, e.g. `postfix`. Also its folder under `docker/`. */
  name: string
  /** Feature → true, or the reason why not, in words for the reader of a report. */
  supports(feature: Feature, release: Release): true | string
  /** Topology → configuration. Pure; throws InputError where the topology asks for what this server cannot do. */
  render(context: RenderContext): Rendered
  /** The queue id in the reply to the end of DATA, or undefined when the reply is no acceptance. */
  queueIdOf(reply: { code: number; text: string }): string | undefined
  /** What one line of the container's output says; `raw` where it is not understood. */
  readLog(line: string, stream?: 'stdout' | 'stderr'): LogEvent
  /** How to see that nothing is under way which the log does not show. */
  unlogged(topology: Topology): Unlogged
  /** Command that prints the queue, and its reader. Pure but for the command. */
  queue: { command: string[]; parse(stdout: string): QueueEntry[] } & QueueCommands
  /** Command that makes the daemon try everything in the queue now. */
  flush: string[]
  /** Compiles the lookup tables that this server compiles (postmap, newaliases, makemap); undefined where it has none. */
  compileTables?: string[]
  /** Undefined where it keeps nothing that a later message could meet. */
  memory?: Memory
  /** Makes the running daemon read its configuration again, and resolves when it has. */
  reload(server: ServerHandle): Promise<void>
  /** Command that prints the version, and its reader, e.g. `3.7.11`. */
  version: { command: string[]; parse(stdout: string): string }
}

/** A command and how its output is read. Pure but for the command. */
export interface Question<T> {
  command: string[]
  parse(stdout: string): T
}

/** What IMAP's STATUS tells of a folder (RFC 9051 §6.3.11). */
export interface FolderStatus {
  messages: number
  unseen: number
  uidNext: number
  uidValidity: number
  /** Octets, each line end counted as CRLF. */
  size: number
}

/** One message as the store's own tools show it: field → value. */
export type StoredFields = Record<string, string>

/** A mail store: where the MTA delivers by LMTP and people retrieve by IMAP and POP3. */
export interface StoreAdapter {
  name: string
  render(context: RenderContext): Rendered
  /** What one line of its log says; `store` when a message was stored. */
  readLog(line: string): LogEvent
  version: Question<string>
  /** The value of a setting as the daemon reads it; undefined where it has none of that name. */
  setting(name: string): Question<string | undefined>
  folders(user: string): Question<string[]>
  status(user: string, folder: string): Question<FolderStatus>
  /** Fields of the messages of a user that match, in the store's own words for both. */
  fetch(user: string, fields: readonly string[], query: readonly string[]): Question<StoredFields[]>
  /** What a user's mailboxes hold and may hold together. */
  quota(user: string): Question<QuotaRow[]>
  /** Where messages are in the folders of a user, by Message-ID without angle brackets. */
  find(user: string, messageIds: readonly string[]): Question<StoredPlace[]>
  /** The delivery agent for one user, which takes the message from its standard input. */
  deliver(user: string, sender: string): string[]
}

/** One limit of a user, as doveadm-quota(1) tells. */
export interface QuotaRow {
  /** `STORAGE` counts kibibytes, `MESSAGE` messages. */
  type: string
  used: number
  /** Undefined where there is none. */
  limit: number | undefined
}

/** A message in a mailbox of the store. */
export interface StoredPlace {
  user: string
  folder: string
  uid: number
  messageId: string
}

/** The store's ports, of which MTA adapters render the client side. RFC 2033 gives LMTP no port; 24 is the usual one. */
export const STORE_PORTS = {
  lmtp: 24,
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  managesieve: 4190,
  /** Dovecot's SASL service for Postfix (and Exim's dovecot authenticator). */
  sasl: 12345,
  /** Dovecot's quota-status policy service. */
  quotaStatus: 12340,
} as const
