/** What Postfix asks a server with accounts for; each is a file of its own. */
export const ACCOUNT_MAPS = ['mailbox_domains', 'alias_domains', 'mailboxes', 'aliases', 'catch_alls'] as const
export type AccountMap = (typeof ACCOUNT_MAPS)[number]

/** How a kind of server is asked: the type of its maps, as `postconf -m` has it, and the text of each. */
export interface AccountMapType {
  type: string
  text(map: AccountMap, address: string): string
}
