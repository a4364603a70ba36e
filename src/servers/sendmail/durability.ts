import type { Durability } from '../durability.ts'

/** The queue. A process says in its title what it does (sendmail writes it over its command line). With the one that accepts connections the server ends. */
export const durability: Durability = {
  place: '/var/spool/mqueue',
  daemons: {
    'queue runner': /^sendmail: MTA: (?:\.\/\w+ .*|running queue.*)/,
    server: /^sendmail: MTA: server /,
  },
}
