/** Where the rendered files are on the MTA's host. */
export const PATHS = {
  config: '/etc/smtpd.conf',
  /** The server's own name, which bare names in submitted mail are completed with (smtpd.conf(5), FILES). */
  mailname: '/etc/mailname',
  aliases: '/etc/aliases',
  /** Addresses of mailbox domains and virtual alias domains that lead elsewhere. */
  virtualAliases: '/etc/mail/virtual',
  /** Addresses in the mail store. */
  mailboxes: '/etc/mail/mailboxes',
  certificate: '/etc/mail/smtpd.crt',
  key: '/etc/mail/smtpd.key',
  /** Debian's certificate store, which a relay is verified against. */
  authorities: '/etc/ssl/certs/ca-certificates.crt',
  /** `user password` in clear text, one a line; run.pl makes credentials of it. */
  passwords: '/etc/mailrig/passwords',
  credentials: '/etc/mailrig/credentials',
  /** Label and `user:password` of logins at next hops (table(5), Credentials tables). */
  logins: '/etc/mail/logins',
  /** User and the addresses that it may send from. */
  ownSenders: '/etc/mail/own-senders',
} as const
