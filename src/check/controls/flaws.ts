import type { Flaw } from '../../tls/certificates.ts'

/** A transaction at its RCPT. */
export interface Asked {
  helo: string
  from: string
  /** What stands between the brackets of RCPT TO. */
  path: string
  service: string
}

/** The ways in which the fake mail host misbehaves: none is the right one. */
export interface Flaws {
  /** Takes mail for another domain from a stranger. */
  relays?: (asked: Asked) => boolean
  /** Refuses a recipient that it should take. */
  refuses?: (asked: Asked) => boolean
  /** Takes a recipient that does not exist. */
  takes?: (asked: Asked) => boolean
  /** Refuses MAIL. */
  refusesSender?: (from: string) => boolean
  /** Changes a message before it is stored or sent on; undefined loses it. */
  alters?: (message: string, where: 'stored' | 'relayed') => string | undefined
  /** Changes the envelope of what leaves. */
  altersEnvelope?: (envelope: { from: string; to: string; helo: string }) => { from: string; to: string; helo: string }
  /** Stores a message in these mailboxes. Default: where it belongs. */
  stores?: (addresses: readonly string[]) => string[]
  /** Whom POP3 shows the maildrop of. */
  maildropOf?: (address: string) => string
  /** Whether somebody gets in, in place of the right password. */
  letsIn?: (login: { user: string; password: string; right: boolean; service: string }) => boolean
  /** Ends of a message beside CRLF . CRLF. */
  ends?: readonly string[]
  /** Answers a command in place of the right reply. */
  replies?: (line: string, state: { tls: boolean; service: string; size: number }) => string | undefined
  /** Keywords of EHLO that are added or, with `-`, left out. */
  keywords?: readonly string[]
  /** Capabilities of IMAP or POP3 before TLS that are added or, with `-`, left out. */
  capabilities?: readonly string[]
  greeting?: string
  /** Keeps what came in clear text behind STARTTLS. */
  keepsClearText?: boolean
  /** Hangs up where TLS begins. */
  failsTls?: (service: string) => boolean
  /** Speaks TLS 1.0. */
  oldTls?: boolean
  /** Speaks no newer TLS than 1.1. */
  onlyOldTls?: boolean
  certificate?: Flaw
  /** Delivers what a client did not end. */
  deliversHalves?: boolean
  /** Tries for ever to send what nobody takes. */
  neverGivesUp?: boolean
  givesUpAtOnce?: boolean
  /** How many notices it writes for a message it cannot deliver. Default 1. */
  notices?: number
  noticeIsText?: boolean
  bouncesBounces?: boolean
  ignoresTls?: boolean
  refusesAddressOnly?: boolean
  sendsBareLineEnds?: boolean
  /** What leaves is not signed by DKIM, or by a key that nobody publishes. */
  signs?: 'nothing' | 'with another key'
  countsNoHops?: boolean
  /** Says that it has delivered to a name that it does not know. */
  runsPrograms?: boolean
  /** Which upstream it hands mail to. */
  nextHop?: 'other'
  losesQueue?: boolean
  ignoresQuota?: 'delivery' | 'append'
  silentIdle?: boolean
  noSpecialFolders?: boolean
  altersAppend?: boolean
  deletesEarly?: boolean
  answersTwice?: boolean
  answersLists?: boolean
  /** Serves this many clients at a time and lets others wait. */
  clients?: number
  takesTooLarge?: boolean
  dropsDotLines?: boolean
}
