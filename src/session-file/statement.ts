import type { MilterAction, MilterStage } from '../filters/milter-action.ts'
import type { PolicyAction } from '../filters/policy-action.ts'
import type { SIMPLE_MECHANISMS } from '../topology/mechanisms.ts'
import type { Stage } from '../upstream/action.ts'
import type { CertificateKind } from '../upstream/certificate-kind.ts'
import type { Place } from '../yaml/place.ts'
import type { Octets } from './octets.ts'
import type { Pattern } from './pattern.ts'

/** A session file, read. `print` writes it back. */
export interface SessionFile {
  /** As it was opened; for messages. */
  path: string
  front: FrontMatter
  statements: readonly Statement[]
}

export interface FrontMatter {
  title?: string | undefined
  description?: string | undefined
  /** CVE numbers, RFC sections, URLs. */
  references?: readonly string[] | undefined
  /** Ids of docs/coverage.md. */
  covers?: readonly string[] | undefined
  /** The one target with the user's own configuration that it is about. */
  target?: string | undefined
  needs?: Needs | undefined
  /** As written; checked. */
  topology: Readonly<Record<string, unknown>>
}

/** Where a file can run. What is left out does not matter. */
export interface Needs {
  /** Names of features, as adapters know them. */
  features?: readonly string[] | undefined
  mtas?: readonly string[] | undefined
  releases?: readonly string[] | undefined
  /** Why these and no others. */
  reason?: string | undefined
}

/** Services of the MTA: ports 25, 587, and 465, where TLS comes first. */
export const MTA_PROTOCOLS = ['smtp', 'submission', 'submissions'] as const
export type MtaProtocol = (typeof MTA_PROTOCOLS)[number]

export const PROTOCOLS = [...MTA_PROTOCOLS, 'lmtp', 'imap', 'imaps', 'pop3', 'pop3s', 'managesieve'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** Whether the MTA speaks it, not the mail store. */
export function isOfMta(protocol: Protocol): protocol is MtaProtocol {
  return (MTA_PROTOCOLS as readonly string[]).includes(protocol)
}

/** How replies are framed and what stands for their code. */
export type Dialect = 'smtp' | 'imap' | 'pop3' | 'managesieve'

export function dialectOf(protocol: Protocol): Dialect {
  switch (protocol) {
    case 'imap':
    case 'imaps':
      return 'imap'
    case 'pop3':
    case 'pop3s':
      return 'pop3'
    case 'managesieve':
      return 'managesieve'
    default:
      return 'smtp'
  }
}

interface At {
  /** Where the statement begins. */
  place: Place
}

interface OnConnection extends At {
  /** Empty: the one without a name. */
  connection: string
}

export type Statement =
  | Connect
  | Send
  | Message
  | Auth
  | (OnConnection & { kind: 'tls' | 'half-close' | 'close' | 'reset' })
  | (At & { kind: 'wait' | 'timeout'; ms: number })
  | (At & { kind: 'flush' })
  | LocalSubmission
  | Fault
  | Expect
  | UpstreamOrder
  | MilterOrder
  | PolicyOrder
  | Outcome

export interface Connect extends OnConnection {
  kind: 'connect'
  protocol: Protocol
  /** Default `internet`. */
  side?: 'lan' | 'internet'
  /** One of the topology's clients. */
  client?: string
  /** Default: that of the protocol. */
  port?: number
  /** Default: by IPv4. */
  ipv6?: boolean
}

/** Consecutive `C:` lines of one connection: one write. */
export interface Send extends OnConnection {
  kind: 'send'
  lines: readonly SentLine[]
}

export interface SentLine {
  place: Place
  octets: Octets
  /** False (`C=:`): the octets alone, without CRLF. */
  crlf: boolean
}

/** A whole message after 354, with the end of data unless raw. */
export interface Message extends OnConnection {
  kind: 'message'
  /** `file`: a path in the folder of the session file; `size`: octets of a generated one. */
  from: { file: string } | { size: number }
  /** Octets as they are: no dots doubled, no end of data added. */
  raw: boolean
  /** By DKIM for one of the topology's `dkim`, and what is changed behind the signature. */
  signed?: { domain: string; broken?: 'body' | 'subject' }
}

export interface Auth extends OnConnection {
  kind: 'auth'
  /** One that can be said in one statement; in lower case in a file. */
  mechanism: (typeof SIMPLE_MECHANISMS)[number]
  user: Octets
  password: Octets
}

/** What has to come next. */
export interface Expect extends OnConnection {
  kind: 'expect'
  /** The first is for every server that none of the others names, unless it names some as well. */
  choices: readonly Choice[]
}

export interface Choice {
  /** `exim`, `exim-trixie` or `trixie`. Empty: all others. */
  servers: readonly string[]
  /** One of them has to hold. */
  anyOf: readonly Expectation[]
}

export type Expectation =
  | { kind: 'any'; place: Place }
  | { kind: 'silence'; place: Place; ms: number }
  /** `reset`: by RST. */
  | { kind: 'closed' | 'reset'; place: Place }
  | ExpectedReply

export interface ExpectedReply {
  kind: 'reply'
  place: Place
  status: ExpectedStatus
  /** Several: those that have patterns are found in this order. */
  lines: readonly ExpectedLine[]
  /** `S*:` every line of the reply fits, not just one. */
  every: boolean
}

export interface ExpectedStatus {
  /** SMTP: `250`, `25x`, `5xx`. POP3: `+OK`. IMAP: `OK`, `NO`, `BAD`, `PREAUTH`, `BYE`, `+`, `*`. Any of them. */
  codes: readonly string[]
  /** `5.1.1`, `5.1.x`. */
  enhanced?: string
  /** IMAP. */
  tag?: string
}

export interface ExpectedLine {
  place: Place
  patterns: readonly Pattern[]
  /** EHLO keywords that have to be there, with a parameter or without, or must not. */
  keywords: readonly ExpectedKeyword[]
  /** Bare words: illustration. */
  words: string
}

export interface ExpectedKeyword {
  present: boolean
  name: string
  parameter?: string
}

export interface UpstreamOrder extends At {
  kind: 'upstream-order'
  upstream: string
  order:
    | { kind: 'down' | 'up' }
    | { kind: 'offer'; what: 'auth'; user: string; password: string }
    | { kind: 'offer'; what: 'tls'; policy: 'offered' | 'required'; certificate: CertificateKind }
    | {
        kind: 'on'
        stage: Stage
        /** The reverse-path, `""` for the null one. */
        from?: Pattern
        /** At `rcpt` the recipient in question, later one of those accepted. */
        to?: Pattern
        /** Only the n-th time that the rest holds, counted from 1. */
        number?: number
        reply?: string[]
        /** Milliseconds. */
        delay?: number
        drop?: true | 'reset'
        times?: number
      }
}

/** A message handed in on the host of the MTA by its sendmail(1); on these servers alone, where some are named. */
export interface LocalSubmission extends At {
  kind: 'sendmail'
  servers: readonly string[]
  /** The account that calls it; absent: root. */
  user?: string
  /** Each without a shell between. */
  arguments: readonly Octets[]
  /** The exit codes that are right (sysexits.h); absent: it is recorded, not judged. */
  exit?: readonly number[]
  /** Standard input: a file of the session file's folder, or lines, each ended by LF. */
  input: { file: string } | { lines: readonly { place: Place; octets: Octets }[] }
}

/** Something bad that is done to a machine; for these servers alone, where some are named. */
export interface Fault extends At {
  kind: 'fault'
  servers: readonly string[]
  fault: FaultOrder
}

export type FaultOrder =
  | { kind: 'power-cut'; of: 'mta' | 'store' }
  | { kind: 'kill'; of: 'mta' | 'store'; daemon?: string }
  | { kind: 'fill-disk'; of: 'mta' | 'store'; what: 'space' | 'inodes' }
  | { kind: 'cut-off'; of: 'mta' | 'store'; side: 'lan' | 'internet' }
  | {
      kind: 'slow-line'
      of: 'mta' | 'store'
      side: 'lan' | 'internet'
      /** At least one of both. */
      bytesPerSecond?: number
      latencyMs?: number
    }
  /** At least one of both numbers. */
  | { kind: 'limit'; of: 'mta' | 'store'; mebibytes?: number; descriptors?: number }
  | { kind: 'free-disk' | 'reconnect' | 'unlimit' }
  /** One of Debian's filters is ended, or started again. */
  | { kind: 'stop-filter' | 'start-filter'; filter: string }
  | { kind: 'time'; seconds: number }

/** When an order of a filter holds, and how often. */
export interface When {
  /** The reverse-path, `""` for the null one. */
  from?: Pattern
  /** At `rcpt` the recipient in question, later one of those told so far. */
  to?: Pattern
  /** Only the n-th time that the rest holds, counted from 1. */
  number?: number
  times?: number
}

export interface MilterOrder extends At {
  kind: 'milter-order'
  /** Empty: the first that the topology declares. */
  name: string
  order: { kind: 'down' | 'up' } | { kind: 'on'; stage: MilterStage; action: MilterAction; when: When }
}

export interface PolicyOrder extends At {
  kind: 'policy-order'
  /** Empty: the first that the topology declares. */
  name: string
  order: { kind: 'down' | 'up' } | { kind: 'answer'; action: PolicyAction; when: When }
}

interface OutcomeAt extends At {
  servers: readonly string[]
}

/** What has to have happened in the end. */
export type Outcome = MessagesOutcome | QueueOutcome | LogOutcome

export interface MessagesOutcome extends OutcomeAt {
  kind: 'mailbox' | 'local' | 'upstream' | 'milter'
  /** Which mailbox, account, upstream or milter; of a milter empty for the first one. */
  name: string
  /** Of a mailbox: the path. Default INBOX. */
  folder?: string
  /** How many messages there are; `some`: one or more of them fit. */
  count: number | 'some'
  /** What each of them is like. */
  conditions: readonly Condition[]
}

/** What a receiver finds (RFC 8601). */
export const RESULTS = ['spf', 'dkim', 'dmarc', 'arc'] as const

export const FIELDS = ['from', 'to', 'subject', 'body', 'octets', 'header', 'macro', 'flag', ...RESULTS] as const
export type Field = (typeof FIELDS)[number]

export interface Condition {
  field: Field
  /** With `header` and `macro`: its name. */
  header?: string
  /** `file`: the content of a file in the session file's folder. */
  is: Pattern | { kind: 'file'; file: string }
}

export const QUEUE_STATES = ['active', 'deferred', 'hold', 'frozen'] as const

export interface QueueOutcome extends OutcomeAt {
  kind: 'queue'
  count: number
  state?: (typeof QUEUE_STATES)[number]
}

export interface LogOutcome extends OutcomeAt {
  kind: 'log'
  /** False: no line of the MTA's log fits. */
  present: boolean
  pattern: Pattern
}
