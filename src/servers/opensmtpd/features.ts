import { type Feature, type ListedFeatures, supportedOf } from '../feature.ts'
import type { Release } from '../release.ts'
import { openSmtpdOf } from './releases.ts'

/** What OpenSMTPD has as mailrig configures it, or why not: what all releases are alike in. */
const FEATURES: ListedFeatures = {
  // The mailboxes of the store are in a table, and an address that no rule takes is refused.
  'recipient-verification': true,
  'compiled-maps':
    'OpenSMTPD keeps its tables in memory: smtpctl update table makes it read a changed file, and nothing is compiled',
  expn: 'OpenSMTPD has no EXPN: smtpd(8) answers 500 to it',
  vrfy: 'OpenSMTPD has no VRFY: smtpd(8) answers 500 to it',
  dsn: true,
  'submission-auth': true,
  chunking: 'OpenSMTPD offers no CHUNKING (RFC 3030)',
  smtputf8: 'OpenSMTPD offers no SMTPUTF8 (RFC 6531)',
  'dot-forward': true,
  'mailbox-quota':
    'OpenSMTPD leaves mailboxes to its delivery agents, and mail.local(8) and mail.maildir have no quota',
  'quota-at-rcpt':
    'OpenSMTPD asks nobody whether a mailbox is full before it takes the message: that would need a filter',
  'sql-tables':
    'the package opensmtpd reads tables from files alone; those in SQL databases come with opensmtpd-extras, which is not installed',
  'ldap-tables':
    'the package opensmtpd reads tables from files alone; those in LDAP come with opensmtpd-extras, which is not installed',
  'address-test-mode': 'OpenSMTPD has no address test mode: its sendmail(8) knows no -bt',
  'virtual-alias-domains':
    'virtual_alias_domains is a setting of Postfix; in OpenSMTPD a rule names domains and a table the addresses',
  'inbound-tls': true,
  'hello-first': true,
  newaliases: true,
  'null-mx': true,
  pipelining: 'OpenSMTPD offers no PIPELINING (RFC 2920), and ends a session whose client does not wait for each reply',
  'size-at-mail': 'OpenSMTPD takes no notice of SIZE= at MAIL: it refuses a message that is too large behind its data',
  'ehlo-again': 'OpenSMTPD answers 503 to a second EHLO, and the transaction stands; RSET ends it',
  'bare-paths': 'OpenSMTPD takes a path in angle brackets alone, right behind the colon',
  'quoted-local-parts': 'OpenSMTPD takes no local part in quotation marks: it has 553 for such a sender',
  'headerless-messages': 'OpenSMTPD answers 550 to a message that does not begin with a header field',
  'trusted-client-completion':
    'OpenSMTPD adds Date and Message-ID to what is submitted on its own host or on port 587, whoever is trusted',
  'header-checks': 'smtpd(8) looks at no header field by itself: that would need a filter program (smtpd-filters(7))',
  'reply-to-completion': 'OpenSMTPD completes bare names in From, To and Cc alone',
  'cram-md5-at-next-hops': 'OpenSMTPD logs in at next hops by PLAIN and LOGIN alone',
  'connect-timeout':
    'OpenSMTPD has no setting for how long it waits for a connection: the kernel gives up after two minutes',
  'duplicate-removal': 'OpenSMTPD delivers a copy for each RCPT, though two name one recipient',
  'sessions-outlive-reload':
    'OpenSMTPD reads its configuration at its start alone, and with the daemon end its sessions',
  'survivable-errors': 'OpenSMTPD ends of what it logs as fatal, and tells of no other error at that priority (log.c)',
  'delivery-reports':
    'OpenSMTPD writes its notifications as text of its own in multipart/mixed, without a report (RFC 3464)',
  'returns-without-exchanger': 'OpenSMTPD keeps mail for a domain without exchanger until its time is over',
  'resolver-timeout':
    'the resolver of OpenSMTPD waits more than a minute for a silent name server, whatever resolv.conf(5) says (asr.c)',
  'lmtp-replies':
    'OpenSMTPD takes replies of LMTP that come together for "too much data", and hands the message over again',
  'ipv6-blocklists': 'OpenSMTPD asks no DNS blocklist without a filter',
  milters: 'OpenSMTPD does not speak the milter protocol: its filters speak one of its own (smtpd-filters(7))',
  'policy-services': 'OpenSMTPD asks no policy service: that would need a filter (smtpd-filters(7))',
  'sender-rewriting-scheme': true,
  'sendmail-modes':
    'sendmail(8) of OpenSMTPD takes no notice of -b (but for -bi) and reads a message, and it does nothing at -q; smtpctl(8) works the queue',
}

const listed = supportedOf('OpenSMTPD', FEATURES)

const NO_TLS =
  'OpenSMTPD 6.8 as Debian 12 builds it fails in each handshake with a client: it knows no OpenSSL 3 (https://github.com/OpenSMTPD/OpenSMTPD/issues/1171)'

const NO_NULL_MX = 'OpenSMTPD 6.8 takes a null MX for no answer, and keeps the mail until its time is over'

const NO_NEWALIASES =
  'newaliases(1) of OpenSMTPD makes tables for table-db alone, without which Debian builds 7.9: it ends with an error'

const NO_RETURN =
  'OpenSMTPD 6.8 rewrites senders, but refuses what comes back to them: it looks for a rule with the address as it came (lka_session.c)'

export function supports(feature: Feature, release: Release): true | string {
  if (feature === 'inbound-tls' && !openSmtpdOf(release).inboundTls) return NO_TLS
  if (feature === 'null-mx' && !openSmtpdOf(release).nullMx) return NO_NULL_MX
  if (feature === 'newaliases' && !openSmtpdOf(release).newaliases) return NO_NEWALIASES
  if (feature === 'sender-rewriting-scheme' && !openSmtpdOf(release).takesRewritten) return NO_RETURN
  return listed(feature)
}
