/**
 * How Exim asks who there is: texts for its string expander. `localPart` is an expansion too, of what is looked up;
 * `otherwise` stands for the result where nothing is found, in braces, or `fail`.
 */
export interface AccountLookups {
  /** Values of the named domain lists. */
  mailboxDomains: string
  virtualAliasDomains: string
  alias(localPart: string, otherwise: string): string
  mailbox(localPart: string, otherwise: string): string
  catchAll: string
  /** In base64, of a mailbox or a Unix account; forces a failure where there is none. */
  password(identity: string): string
}
