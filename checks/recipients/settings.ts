/** What decides who is a recipient. */
export const RECIPIENT_SETTINGS = {
  postfix: [
    'local_recipient_maps',
    'virtual_mailbox_maps',
    'virtual_alias_maps',
    'relay_recipient_maps',
    'mydestination',
  ],
  exim: ['acl_smtp_rcpt', 'local_domains'],
  sendmail: ['local-host-names', 'virtusertable', 'aliases'],
} as const
