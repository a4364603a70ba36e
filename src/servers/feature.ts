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

/** What a server says of features: true, or the reason in words why it has not. It need not name all. */
export type ListedFeatures = Partial<Record<Feature, true | string>>

/**
 * How a server answers for its features. What it does not list it has not: a feature that is added here is unsupported
 * everywhere until a server says that it has it.
 */
export function supportedOf(title: string, listed: ListedFeatures): (feature: Feature) => true | string {
  return (feature) =>
    (Object.hasOwn(listed, feature) ? listed[feature] : undefined) ??
    `nobody has shown that ${title} can do ${JSON.stringify(feature)}`
}
