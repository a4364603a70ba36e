import { COMMON_FEATURES, type ListedFeatures, supportedOf } from '../feature.ts'

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
  'ldap-tables': true,
  'virtual-alias-domains': true,
  ...COMMON_FEATURES,
  'ipv6-blocklists': true,
  milters: true,
  'policy-services': true,
  // By Debian's postsrsd.
  'sender-rewriting-scheme': true,
  'address-test-mode':
    'Postfix has no address test mode: sendmail -bt ends with "unsupported"; postmap -q asks one table',
}

export const supports = supportedOf('Postfix', FEATURES)
