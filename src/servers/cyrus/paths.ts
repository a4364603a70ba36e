/** Where the rendered files lie in the container. */
export const PATHS = {
  settings: '/etc/imapd.conf',
  /** The same, for services that answer inside the container alone. */
  insideSettings: '/etc/imapd-inside.conf',
  services: '/etc/cyrus.conf',
  /** What the master is told of when all mailboxes are there. */
  allServices: '/etc/mailrig/cyrus.conf',
  /** What the entry point makes mailboxes of. */
  mailboxes: '/etc/mailrig/mailboxes.json',
  certificate: '/etc/cyrus-tls.crt',
  key: '/etc/cyrus-tls.key',
} as const

/** Ports inside the container, for who sets up and asks: no password is asked for at that of IMAP. */
export const INSIDE_PORTS = { imap: 1143, managesieve: 14190 } as const
