/** Where the rendered files lie in the container. */
export const PATHS = {
  mainCf: '/etc/postfix/main.cf',
  masterCf: '/etc/postfix/master.cf',
  aliases: '/etc/aliases',
  virtual: '/etc/postfix/virtual',
  virtualMailboxes: '/etc/postfix/vmailbox',
  transport: '/etc/postfix/transport',
  /** Next hops by sender. */
  senderTransport: '/etc/postfix/sender_transport',
  /** Logins at next hops. */
  relayPasswords: '/etc/postfix/sasl_passwd',
  /** Names that no client may give in HELO. */
  heloAccess: '/etc/postfix/helo_access',
  /** Who may send in whose name. */
  senderLogins: '/etc/postfix/sender_logins',
  generic: '/etc/postfix/generic',
  /** Recipients whose mailbox has a quota. */
  quotaRecipients: '/etc/postfix/quota_recipients',
  canonical: '/etc/postfix/canonical',
  access: {
    client: '/etc/postfix/access_client',
    sender: '/etc/postfix/access_sender',
    recipient: '/etc/postfix/access_recipient',
  },
  relay: {
    client: '/etc/postfix/relay_client',
    sender: '/etc/postfix/relay_sender',
    recipient: '/etc/postfix/relay_recipient',
  },
  accessNetworks: '/etc/postfix/access_networks.cidr',
  relayNetworks: '/etc/postfix/relay_networks.cidr',
  /** Private key first, then the certificate: the order that smtpd_tls_chain_files wants. */
  tlsChain: '/etc/postfix/tls.pem',
  tlsAuthority: '/etc/postfix/ca.pem',
  tlsPolicy: '/etc/postfix/tls_policy',
  /** Which tables the image compiles, `type:path`, one a line. */
  compiled: '/etc/mailrig/tables',
} as const
