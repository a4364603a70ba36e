import type { Durability } from '../durability.ts'

/** The queue. A process says in its title what it does (sendmail writes it over its command line). With the one that accepts connections the server ends. */
export const durability: Durability = {
  place: '/var/spool/mqueue',
  // The new version of a queue file, not yet in its place. Where it is there already, a queue run waits for it from 0 to 30 s
  // at a time, eight minutes in all (queueup() in queue.c). Debian's "sendmail clean" removes it.
  locks: ['tf*'],
  daemons: {
    'queue runner': /^sendmail: MTA: (?:\.\/\w+ |running queue|\S+: idle)/,
    // Once it has begun a message, the queue id stands where "server" stood.
    server: /^sendmail: MTA: (?:server |startup with |[\dA-Za-z]{14} )/,
  },
}
