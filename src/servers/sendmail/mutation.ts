import type { Mutation } from '../mutation.ts'

const TABLES =
  /^\/etc\/mail\/(?:virtusertable|mailertable|domaintable|genericstable|aliases|local-host-names|relay-domains|trusted-users)$|^\/etc\/aliases$/

/** sendmail.cf, which m4(1) makes of sendmail.mc, without comments: what sendmail reads. */
export const mutation: Mutation = {
  formatOf(path) {
    if (/^\/etc\/mail\/(?:sendmail|submit)\.mc$/.test(path)) return 'macros'
    if (path === '/etc/mail/access') return 'access-table'
    return TABLES.test(path) ? 'table' : undefined
  },
  instruments: /\bconfLOG_LEVEL\b|^DOMAIN\(/,
  dump: {
    command: ['sh', '-c', "grep -v '^#' /etc/mail/sendmail.cf"],
    covers: (path) => path === '/etc/mail/sendmail.mc',
  },
}
