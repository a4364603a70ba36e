/** Where things are inside the container. Debian's own places where Debian has one. */
export const PATHS = {
  /** Debian's Exim looks here before it looks at what update-exim4.conf(8) generates. */
  config: '/etc/exim4/exim4.conf',
  /** aliases(5), read by the router for Unix accounts. */
  systemAliases: '/etc/aliases',
  /** `local-part@domain` → nothing: the mailboxes in the mail store. */
  mailboxes: '/etc/exim4/mailboxes',
  /** `local-part@domain` → recipients. */
  virtualAliases: '/etc/exim4/virtual-aliases',
  /** Domain → recipient. */
  catchAll: '/etc/exim4/catch-all',
  /** Sender address → the address shown to others; Debian has /etc/email-addresses for the same on local parts. */
  genericAddresses: '/etc/exim4/generic-addresses',
  /** AUTH identity → password in base64. */
  passwords: '/etc/exim4/passwd',
  /** User → addresses that it may send from. */
  ownSenders: '/etc/exim4/own-senders',
  certificate: '/etc/exim4/exim.crt',
  key: '/etc/exim4/exim.key',
  authority: '/etc/exim4/authority.crt',
  spool: '/var/spool/exim4',
} as const
