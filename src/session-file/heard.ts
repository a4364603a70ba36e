/** One reply, in whatever protocol: what an expectation is held against. */
export interface Heard {
  /** `250`, `+OK`, `OK`; `*` for untagged IMAP responses alone. Empty for what is no reply. */
  status: string
  /** SMTP: of the first line, when its class agrees with the code's. */
  enhanced?: string
  /** IMAP. */
  tag?: string
  /** SMTP: the texts behind the code. Others: the lines as they came, without line ends. */
  lines: readonly string[]
  /** As people know it, lines joined by `\n`. */
  text: string
}
