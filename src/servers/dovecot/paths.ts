/** Where the rendered files lie in the container. */
export const PATHS = {
  configuration: '/etc/dovecot/dovecot.conf',
  users: '/etc/dovecot/users',
  certificate: '/etc/dovecot/tls.crt',
  key: '/etc/dovecot/tls.key',
  sieveHomes: '/etc/mailrig/sieve-homes',
} as const
