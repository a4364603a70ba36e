import type { Side } from '../engine/side.ts'
import type { LogEvent } from '../servers/log-event.ts'
import type { Transcript } from '../session/transcript.ts'
import type { AccountFact, Facts, ServiceName } from '../targets/facts.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** An account whose password is known. */
export type KnownAccount = AccountFact & { password: string }

/** Where a service answers, and the source address that a client of that side has. */
export interface ServicePlace {
  host: string
  port: number
  localAddress?: string
}

/** Domains that are not the server's own, as its DNS tells of them. What is absent cannot be had here. */
export interface Elsewhere {
  /** Takes all mail: an upstream is its exchanger. */
  domain: string
  /** IPv4 address at which an upstream answers, on the port for SMTP. */
  address?: string
  /** Does not exist: NXDOMAIN. */
  missing?: string
  /** Says by a null MX that it takes no mail (RFC 7505). */
  nullMx?: string
  /** Has no MX; an upstream answers at its address (RFC 5321 §5.1). */
  addressOnly?: string
  /** Has the server itself as its exchanger, although the server does not know it. */
  looping?: string
}

/** Whose mail a server signs, and where the keys are published. */
export interface DkimSigning {
  domains: readonly string[]
  /** The TXT records of a name, each whole; none where there is none. */
  txt(name: string): readonly string[]
}

/** A line of the server's log, read. */
export type SubjectEvent = LogEvent & { text: string }

/**
 * A mail server as checks see it, wherever it comes from. What is optional may be missing: a check that needs it then
 * says that it could not be told, and why.
 */
export interface Subject {
  /** For people, e.g. `postfix on trixie`. */
  name: string
  facts: Facts
  /** Undefined: nothing of that service for clients of that side. */
  endpoint(service: ServiceName, side: Side): ServicePlace | undefined
  /** PEM of the authority that signed the certificates. Without it, names and dates alone are looked at. */
  authority?: string
  /** The name that clients of a service expect in the certificate. Default: `facts.host`. */
  certificateName?(service: ServiceName): string
  elsewhere?: Elsewhere
  /** The hosts that stand for the rest of the world. Rules of a check have to name its own addresses (`when`). */
  upstreams?: readonly Upstream[]
  /**
   * Resolves when every message that was accepted in these sessions, and all that came of it, was delivered, bounced or
   * put off. @throws {WaitError} where it does not come to rest
   */
  rested?(sessions: readonly Transcript[]): Promise<void>
  /** What the log tells of the messages accepted in these sessions. */
  events?(sessions: readonly Transcript[]): readonly SubjectEvent[]
  /** Makes the server try everything in its queue now. */
  flush?(): Promise<void>
  /** Stops the server and starts it again; resolves when it answers. */
  restart?(): Promise<void>
  /** Whose mail it signs by DKIM (RFC 6376). Absent: nobody's, or nobody can tell. */
  signing?: DkimSigning
  /** The messages of an account, where there is no IMAP to read them by. */
  stored?(account: AccountFact): Promise<readonly Buffer[]>
}
