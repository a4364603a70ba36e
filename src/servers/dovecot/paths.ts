/** Where the rendered files lie in the container. */
export const PATHS = {
  configuration: '/etc/dovecot/dovecot.conf',
  users: '/etc/dovecot/users',
  /** Dovecot 2.3 has its SQL in a file of its own. */
  sql: '/etc/dovecot/dovecot-sql.conf.ext',
  /** And how it asks a directory. */
  ldap: '/etc/dovecot/dovecot-ldap.conf.ext',
  certificate: '/etc/dovecot/tls.crt',
  key: '/etc/dovecot/tls.key',
  /** What is for the entry point. */
  input: '/etc/mailrig',
  /** What the entry point hands to chpasswd(8). */
  secrets: '/etc/mailrig/secrets',
  pam: '/etc/pam.d/dovecot',
  sieveHomes: '/etc/mailrig/sieve-homes',
} as const
