import type { Durability } from '../durability.ts'

/** Daemons of master(8): the command line is the name alone and what master.cf(5) says of it. */
const daemon = (name: string) => new RegExp(`^${name} `)

/**
 * The queue, its sockets and its locks, which Debian has in one directory; the programs of "Postfix Architecture Overview".
 * master(8) waits a minute before it starts a program anew whose process died in its first work (service_throttle_time).
 */
export const durability: Durability = {
  place: '/var/spool/postfix',
  daemons: {
    cleanup: daemon('cleanup'),
    smtpd: daemon('smtpd'),
    qmgr: daemon('qmgr'),
    smtp: daemon('smtp'),
    lmtp: daemon('lmtp'),
    pickup: daemon('pickup'),
    'trivial-rewrite': daemon('trivial-rewrite'),
  },
}
