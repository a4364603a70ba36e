import { COMMON_FEATURES, type ListedFeatures, supportedOf } from '../feature.ts'

const FEATURES: ListedFeatures = {
  // The virtusertable lists every mailbox of the store.
  'recipient-verification': true,
  'compiled-maps': true,
  expn: true,
  vrfy: true,
  dsn: true,
  'submission-auth': true,
  'dot-forward': true,
  'address-test-mode': true,
  ...COMMON_FEATURES,
  chunking: 'sendmail offers no CHUNKING (RFC 3030)',
  smtputf8: 'Debian builds sendmail without SMTPUTF8 (RFC 6531)',
  'ipv6-blocklists':
    'sendmail takes client addresses apart at three dots before it asks a list, which an IPv6 address has not (feature/enhdnsbl.m4)',
  milters: true,
  'policy-services': 'sendmail asks no policy service by the protocol of Postfix: a milter does that work there',
  'sender-rewriting-scheme': 'sendmail has no SRS of its own, and Debian packages nothing that does it for sendmail',
  'mailbox-quota': 'sendmail leaves mailboxes to its delivery agents, and procmail has no quota of its own',
  'quota-at-rcpt':
    'sendmail asks nobody whether a mailbox is full before it takes the message: that would need a milter',
  'virtual-alias-domains':
    'virtual_alias_domains is a setting of Postfix; sendmail has VIRTUSER_DOMAIN for the domains and the virtusertable',
  'sql-tables':
    'sendmail has no map type for SQL databases: it hands mail for every address of a domain to the mail store, which looks there',
  'ldap-tables':
    'sendmail finds catch-alls and aliases with one destination in a directory, but neither lists nor passwords; it hands mail for every other address of a domain to the mail store, which looks there',
}

/** Feature → true, or the reason why not. Both releases are alike in this. */
export const supports = supportedOf('sendmail', FEATURES)
