import { type ListedFeatures, supportedOf } from '../feature.ts'

/** What Postfix has, or why not. The same for every release. */
const FEATURES: ListedFeatures = {
  'recipient-verification': true,
  'compiled-maps': true,
  expn: 'Postfix has no EXPN: smtpd(8) answers 500 or 502 to it',
  vrfy: true,
  dsn: true,
  'submission-auth': true,
  chunking: true,
  smtputf8: true,
  'dot-forward': true,
  'mailbox-quota': true,
  'quota-at-rcpt': true,
  'sql-tables': true,
  'virtual-alias-domains': true,
  'inbound-tls': true,
  pipelining: true,
  'size-at-mail': true,
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
  'resolver-timeout': true,
  'null-mx': true,
  'returns-without-exchanger': true,
  'delivery-reports': true,
  'survivable-errors': true,
  'address-test-mode':
    'Postfix has no address test mode: sendmail -bt ends with "unsupported"; postmap -q asks one table',
}

export const supports = supportedOf('Postfix', FEATURES)
