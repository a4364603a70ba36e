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
  /** Can look up its tables in PostgreSQL and MariaDB. */
  'sql-tables',
  /** Can look up its tables in a directory (LDAP). */
  'ldap-tables',
  /** Address test mode: sendmail -bt. */
  'address-test-mode',
  /** Lists virtual domains and their addresses in the settings virtual_alias_domains and virtual_alias_maps. */
  'virtual-alias-domains',
  /** Speaks TLS with its clients, by STARTTLS (RFC 3207) or from the first octet (RFC 8314). */
  'inbound-tls',
  /** Takes several commands in one write (RFC 2920). */
  'pipelining',
  /** Refuses at MAIL a message whose SIZE= is too large (RFC 1870 §6.1). */
  'size-at-mail',
  /** Takes no MAIL from a client that has not said EHLO or HELO, or can be told so. */
  'hello-first',
  /** Takes EHLO within a session, and has forgotten sender and recipients then (RFC 5321 §4.1.4). */
  'ehlo-again',
  /** Takes paths without angle brackets, and spaces in front of them. */
  'bare-paths',
  /** Takes local parts in quotation marks (RFC 5321 §4.1.2). */
  'quoted-local-parts',
  /** Takes a message that does not begin with a header field. */
  'headerless-messages',
  /** Adds Date and Message-ID for a trusted client that left them out (RFC 6409 §8). */
  'trusted-client-completion',
  /** Can look at the header fields of a message and refuse it. */
  'header-checks',
  /** Completes bare names in Reply-To, as in From. */
  'reply-to-completion',
  /** Logs in at next hops by CRAM-MD5 (RFC 2195). */
  'cram-md5-at-next-hops',
  /** Has a setting for how long it waits for a next hop to take the connection. */
  'connect-timeout',
  /** Delivers one copy to a recipient that is named twice. */
  'duplicate-removal',
  /** Goes on with open sessions when it reads its configuration again. */
  'sessions-outlive-reload',
  /** sendmail(1) has the modes -bs, -bp, -bv and -q, or says which it has not. */
  'sendmail-modes',
  /** Has a newaliases(1) that does its work, or says that there is none to do. */
  'newaliases',
  /** Logs an error of its own at the priority of errors (syslog(3)) without ending of it. */
  'survivable-errors',
  /** Writes its notifications as reports (RFC 3464). */
  'delivery-reports',
  /** Returns mail at once where no exchanger of the domain exists. */
  'returns-without-exchanger',
  /** Returns mail for a domain that says it takes none (RFC 7505). */
  'null-mx',
  /** Goes by the time that resolv.conf(5) gives the name server to answer. */
  'resolver-timeout',
  /** Hands a message for several recipients to one server by LMTP, and takes a reply for each (RFC 2033 §4.2). */
  'lmtp-replies',
  /** Asks DNS blocklists about clients with IPv6 addresses, too (RFC 5782 §2.4). */
  'ipv6-blocklists',
  /** Asks milters about each message while it comes. */
  'milters',
  /** Asks policy services by the protocol of Postfix (check_policy_service). */
  'policy-services',
  /** Forwards mail in its own name, so that SPF holds (SRS), where the topology says so. */
  'sender-rewriting-scheme',
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

/** What Postfix, Exim and sendmail have alike. Whoever has all of it spreads it into its list; it is nobody's by default. */
export const COMMON_FEATURES = {
  'inbound-tls': true,
  pipelining: true,
  'size-at-mail': true,
  'hello-first': true,
  'ehlo-again': true,
  'bare-paths': true,
  'quoted-local-parts': true,
  'headerless-messages': true,
  'trusted-client-completion': true,
  'header-checks': true,
  'reply-to-completion': true,
  'cram-md5-at-next-hops': true,
  'connect-timeout': true,
  'duplicate-removal': true,
  'sessions-outlive-reload': true,
  'sendmail-modes': true,
  newaliases: true,
  'resolver-timeout': true,
  'null-mx': true,
  'returns-without-exchanger': true,
  'delivery-reports': true,
  'survivable-errors': true,
  'lmtp-replies': true,
} as const satisfies ListedFeatures

/**
 * How a server answers for its features. What it does not list it has not: a feature that is added here is unsupported
 * everywhere until a server says that it has it.
 */
export function supportedOf(title: string, listed: ListedFeatures): (feature: Feature) => true | string {
  return (feature) =>
    (Object.hasOwn(listed, feature) ? listed[feature] : undefined) ??
    `nobody has shown that ${title} can do ${JSON.stringify(feature)}`
}
