/** Name → value of postconf(5) parameters. */
export type Parameters = Record<string, string>
