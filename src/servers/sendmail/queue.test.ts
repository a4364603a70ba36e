import { describe, expect, it } from 'vitest'
import { parseQueue } from './queue.ts'

/** Printed by sendmail 8.17.1.9 for `-v -bp` and `-v -bp -qQ`. */
const PRINTED = `\
\t\t/var/spool/mqueue (4 requests)
-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------
6AMBJOxk000063        6     210082 Nov 22 11:19 <>
                 (Deferred: 450 4.2.0 try later)
\t\t\t\t\t\t<c@remote.example>
6AMBJN8V000057*    1360     300000 Nov 22 11:19 MAILER-DAEMON
                 (Deferred: 450 4.2.0 try later)
\t\t\t\t\t\t<marc@client.example>
6AMBJNYu000059        6     390176 Nov 22 11:19 <a-very-long-sender-local-part-for-the-listing@client.example>
          7BIT   (Deferred: 450 4.2.0 try later)
\t\t\t\t\t\t<one-very-long-local-part-of-an-address@one.example>
\t\t\t\t\t\t<b@two.example>
6AMBE8ji000041    29329      59599 Nov 22 11:14 <sender@client.example>
                 (Deferred: 452 4.2.2 <gerda@example.com> Quota exceeded (mailbox for user is full))
\t\t\t\t\t\t<gerda@example.com>
\t\t (Deferred: 452 4.2.2 <gerda@example.com> Quota exceeded (mailbox for user is full))
\t\t\t\t\t\t<tom@example.com>
6AMBE6mX000105*       6      30356 Nov  2 11:14 <marc@client.example>
\t\t\t\t\t\t<alice@mx.example.com>
\t\tTotal requests: 4
\t\t/var/spool/mqueue (1 request)
-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------
6AMBI0xc000102        6     120359 Nov 22 11:18 <marc@client.example>
     QUARANTINE: reason
                 (Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL)
\t\t\t\t\t\t"|exit 75"
\t\tTotal requests: 1
`

describe('parseQueue', () => {
  it('reads sender, recipients, reason and state of every message', () => {
    expect(parseQueue(PRINTED, new Date('2026-11-22T12:00:00Z'))).toEqual([
      {
        queueId: '6AMBJOxk000063',
        sender: '',
        recipients: [{ address: 'c@remote.example', reason: 'Deferred: 450 4.2.0 try later' }],
        size: 6,
        arrival: Date.parse('2026-11-22T11:19:00Z'),
        state: 'deferred',
      },
      {
        queueId: '6AMBJN8V000057',
        sender: '',
        recipients: [{ address: 'marc@client.example', reason: 'Deferred: 450 4.2.0 try later' }],
        size: 1360,
        arrival: Date.parse('2026-11-22T11:19:00Z'),
        state: 'active',
      },
      {
        queueId: '6AMBJNYu000059',
        sender: 'a-very-long-sender-local-part-for-the-listing@client.example',
        recipients: [
          { address: 'one-very-long-local-part-of-an-address@one.example', reason: 'Deferred: 450 4.2.0 try later' },
          { address: 'b@two.example', reason: 'Deferred: 450 4.2.0 try later' },
        ],
        size: 6,
        arrival: Date.parse('2026-11-22T11:19:00Z'),
        state: 'deferred',
      },
      {
        queueId: '6AMBE8ji000041',
        sender: 'sender@client.example',
        recipients: ['gerda', 'tom'].map((name) => ({
          address: `${name}@example.com`,
          reason: 'Deferred: 452 4.2.2 <gerda@example.com> Quota exceeded (mailbox for user is full)',
        })),
        size: 29329,
        arrival: Date.parse('2026-11-22T11:14:00Z'),
        state: 'deferred',
      },
      {
        queueId: '6AMBE6mX000105',
        sender: 'marc@client.example',
        recipients: [{ address: 'alice@mx.example.com' }],
        size: 6,
        arrival: Date.parse('2026-11-02T11:14:00Z'),
        state: 'active',
      },
      {
        queueId: '6AMBI0xc000102',
        sender: 'marc@client.example',
        recipients: [{ address: '"|exit 75"', reason: 'Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL' }],
        size: 6,
        arrival: Date.parse('2026-11-22T11:18:00Z'),
        state: 'hold',
      },
    ])
  })

  it('reads an empty queue as no message', () => {
    expect(parseQueue('/var/spool/mqueue is empty\n\t\tTotal requests: 0\n')).toEqual([])
  })
})
