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
  /** Lets a client that logs in at the submission port send (RFC 4954). */
  'submission-auth',
  /** Can look up its tables in PostgreSQL. */
  'sql-tables',
  /** Address test mode: sendmail -bt. */
  'address-test-mode',
  /** Lists virtual domains and their addresses in the settings virtual_alias_domains and virtual_alias_maps. */
  'virtual-alias-domains',
] as const
export type Feature = (typeof FEATURES)[number]

/** The same of mail stores. */
export const STORE_FEATURES = [
  /** Tells an MTA whether a password is right, and whose it is. */
  'sasl-service',
  /** Tells an MTA at RCPT whether a mailbox is full. */
  'quota-service',
  /** Keeps mail as people's own tools read it: a file a message, or an mbox. */
  'open-mailbox-format',
  /** Is asked by doveadm(1), and set up in its words. */
  'doveadm',
] as const
export type StoreFeature = (typeof STORE_FEATURES)[number]

/** What a mail store has not, and why, in words for the reader of a report. */
export type StoreLacks = Partial<Record<StoreFeature, string>>

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
