import type { NativeWords } from '../topology/native.ts'
import type { Durability } from './durability.ts'
import type { StoreLacks } from './feature.ts'
import type { LogEvent } from './log-event.ts'
import type { Mutation } from './mutation.ts'
import type { RenderContext, Rendered } from './rendering.ts'

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
  /** Its proper name, e.g. `Dovecot`. */
  title: string
  /** What a topology may say to it in its own words; undefined where nothing. */
  native?: NativeWords
  /** Undefined: it takes part in no rig with faults. */
  durability?: Durability
  /** Default: it has all that mail stores have. */
  lacks?: StoreLacks
  /** Topology → configuration. Pure. @throws {UnsupportedError} where the topology asks for what this server cannot do. */
  render(context: RenderContext): Rendered
  /** What one line of its log says; `store` when a message was stored. */
  readLog(line: string): LogEvent
  /** Which files `mailrig mutate` changes, and how. Absent: none. */
  mutation?: Mutation
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
