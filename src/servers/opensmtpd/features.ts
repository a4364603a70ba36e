import { type ListedFeatures, supportedOf } from '../feature.ts'

/** What OpenSMTPD has as mailrig configures it, or why not. Both releases are alike in this. */
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
    'the package opensmtpd reads tables from files alone; those in PostgreSQL come with opensmtpd-extras, which is not installed',
  'address-test-mode': 'OpenSMTPD has no address test mode: its sendmail(8) knows no -bt',
  'virtual-alias-domains':
    'virtual_alias_domains is a setting of Postfix; in OpenSMTPD a rule names domains and a table the addresses',
}

export const supports = supportedOf('OpenSMTPD', FEATURES)
