/** The port that a client comes to. */
export interface Door {
  /** As the topology names it. */
  port: number
  /** Whether TLS comes with the first octet (RFC 8314). */
  implicit: boolean
  /** Whether LMTP is spoken there (RFC 2033). Default false. */
  lmtp?: boolean
}

/** Port 25, where the dialogue begins in clear text. */
export const SMTP_DOOR: Door = { port: 25, implicit: false }
