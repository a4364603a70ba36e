/** Things a topology may ask for that not every MTA has. What each means: FEATURE_MEANINGS. */
export const FEATURES = [
  'recipient-verification',
  'compiled-maps',
  'expn',
  'vrfy',
  'dsn',
  'chunking',
  'smtputf8',
  'dot-forward',
  'mailbox-quota',
  'quota-at-rcpt',
  'submission-auth',
  'sql-tables',
  'ldap-tables',
  'address-test-mode',
  'virtual-alias-domains',
  'inbound-tls',
  'pipelining',
  'size-at-mail',
  'hello-first',
  'ehlo-again',
  'bare-paths',
  'quoted-local-parts',
  'headerless-messages',
  'trusted-client-completion',
  'header-checks',
  'reply-to-completion',
  'cram-md5-at-next-hops',
  'connect-timeout',
  'duplicate-removal',
  'sessions-outlive-reload',
  'sendmail-modes',
  'newaliases',
  'survivable-errors',
  'delivery-reports',
  'returns-without-exchanger',
  'null-mx',
  'resolver-timeout',
  'lmtp-replies',
  'ipv6-blocklists',
  'milters',
  'policy-services',
  /** Forwards mail in its own name, so that SPF holds (SRS), where the topology says so. */
  'sender-rewriting-scheme',
] as const
export type Feature = (typeof FEATURES)[number]

/** What a server that has the feature does, for docs/servers.md. A feature without its meaning does not compile. */
export const FEATURE_MEANINGS: Readonly<Record<Feature, string>> = {
  'recipient-verification': 'refuses an unknown mailbox at RCPT, although the mailboxes are in the mail store',
  'compiled-maps': 'needs a command (postmap, newaliases) before a changed table takes effect',
  expn: 'answers EXPN: who is on a list (RFC 5321 §3.5)',
  vrfy: 'answers VRFY: whether an address exists (RFC 5321 §3.5)',
  dsn: 'offers delivery status notifications (RFC 3461)',
  chunking: 'offers CHUNKING, the command BDAT (RFC 3030)',
  smtputf8: 'offers SMTPUTF8: addresses beyond ASCII (RFC 6531)',
  'dot-forward': 'reads ~/.forward',
  'mailbox-quota': 'enforces a quota of its own on the mailboxes of Unix accounts',
  'quota-at-rcpt': 'asks the mail store at RCPT whether the mailbox is full',
  'submission-auth': 'lets a client that logs in at the submission port send (RFC 4954)',
  'sql-tables': 'can look up its tables in PostgreSQL and MariaDB',
  'ldap-tables': 'can look up its tables in a directory (LDAP)',
  'address-test-mode': 'has the address test mode, sendmail -bt',
  'virtual-alias-domains':
    'lists virtual domains and their addresses in the settings virtual_alias_domains and virtual_alias_maps',
  'inbound-tls': 'speaks TLS with its clients, by STARTTLS (RFC 3207) or from the first octet (RFC 8314)',
  pipelining: 'takes several commands in one write (RFC 2920)',
  'size-at-mail': 'refuses at MAIL a message whose SIZE= is too large (RFC 1870 §6.1)',
  'hello-first': 'takes no MAIL before EHLO or HELO, or can be told so',
  'ehlo-again': 'takes EHLO within a session, and forgets sender and recipients then (RFC 5321 §4.1.4)',
  'bare-paths': 'takes paths without angle brackets, and spaces before them',
  'quoted-local-parts': 'takes local parts in quotation marks (RFC 5321 §4.1.2)',
  'headerless-messages': 'takes a message that does not begin with a header field',
  'trusted-client-completion': 'adds Date and Message-ID for a trusted client that left them out (RFC 6409 §8)',
  'header-checks': 'can look at the header fields of a message and refuse it',
  'reply-to-completion': 'completes bare names in Reply-To, as in From',
  'cram-md5-at-next-hops': 'logs in at next hops by CRAM-MD5 (RFC 2195)',
  'connect-timeout': 'has a setting for how long it waits for a next hop to take the connection',
  'duplicate-removal': 'delivers one copy to a recipient that is named twice',
  'sessions-outlive-reload': 'goes on with open sessions when it reads its configuration again',
  'sendmail-modes': 'has the modes -bs, -bp, -bv and -q of sendmail(1), or says which it does not have',
  newaliases: 'has a newaliases(1) that does its work, or says that there is none to do',
  'survivable-errors': 'logs an error at the priority of errors (syslog(3)), and runs on',
  'delivery-reports': 'writes its notifications as reports (RFC 3464)',
  'returns-without-exchanger': 'returns mail at once if no exchanger of the domain exists',
  'null-mx': 'returns mail for a domain that says it takes none (RFC 7505)',
  'resolver-timeout': 'waits for a name server as long as resolv.conf(5) says',
  'lmtp-replies':
    'hands a message for several recipients to one server by LMTP, and takes a reply for each (RFC 2033 §4.2)',
  'ipv6-blocklists': 'asks DNS blocklists about clients with IPv6 addresses, too (RFC 5782 §2.4)',
  milters: 'asks milters about each message while it comes',
  'policy-services': 'asks policy services by the protocol of Postfix (check_policy_service)',
  'sender-rewriting-scheme': 'forwards mail in its own name where the topology says so (SRS), so that SPF holds',
}

/** The same of mail stores. */
export const STORE_FEATURES = ['sasl-service', 'quota-service', 'open-mailbox-format', 'doveadm'] as const
export type StoreFeature = (typeof STORE_FEATURES)[number]

/** What a mail store that has the feature does. */
export const STORE_FEATURE_MEANINGS: Readonly<Record<StoreFeature, string>> = {
  'sasl-service': 'tells an MTA whether a password is right, and whose it is',
  'quota-service': 'tells an MTA at RCPT whether a mailbox is full',
  'open-mailbox-format': "keeps mail as people's own tools read it: one file for each message, or an mbox",
  doveadm: 'answers doveadm(1), and is set up in the words of Dovecot',
}

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
