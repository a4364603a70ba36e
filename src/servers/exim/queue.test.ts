import { describe, expect, it } from 'vitest'
import { parseQueue } from './queue.ts'

describe('parseQueue', () => {
  it('reads what Exim 4.96 printed, with the last reason of each recipient', () => {
    const printed = ` 0m   322 1xV5b4-00000H-0h <>
          sales@example.com

 0m   324 1xV5b4-00000J-0i <> *** frozen ***
          bad@mx.example.com

 0m   332 1xV5b4-00000L-0k <>
          alsobad@mx.example.com

 0m   299 1xV5b4-00000N-0m <> *** frozen ***
          x@nowhere.example
          y@nohost.example

/var/spool/exim4/msglog/1xV5b4-00000N-0m:2026-11-22 11:19:02.244 Received from <> H=(client.example) [198.19.200.1] P=esmtp S=299 id=m4.385@client.example
/var/spool/exim4/msglog/1xV5b4-00000N-0m:2026-11-22 11:19:02.275 routing failed for y@nohost.example: all relevant MX records point to non-existent hosts
/var/spool/exim4/msglog/1xV5b4-00000N-0m:2026-11-22 11:19:02.278 routing failed for x@nowhere.example: Unrouteable address
/var/spool/exim4/msglog/1xV5b4-00000N-0m:2026-11-22 11:19:02.284 jim@example.com: store_lmtp transport succeeded
/var/spool/exim4/msglog/1xV5b4-00000N-0m:*** Frozen (delivery error message)
/var/spool/exim4/msglog/1xV5b4-00000L-0k:2026-11-22 11:19:02.231 Received from <> H=(client.example) [198.19.200.1] P=esmtp S=332 id=m3.385@client.example
/var/spool/exim4/msglog/1xV5b4-00000L-0k:2026-11-22 11:19:02.259 |/bin/sh -c 'exit 75' <alsobad@mx.example.com> R=system_aliases T=system_aliases_pipe defer (0): Child process of system_aliases_pipe transport returned 75 (could mean temporary error) from command: /bin/sh
/var/spool/exim4/msglog/1xV5b4-00000L-0k:2026-11-22 11:19:03.245 |/bin/sh -c 'exit 75' <alsobad@mx.example.com> R=system_aliases T=system_aliases_pipe defer (0): Child process of system_aliases_pipe transport returned 75 (could mean temporary error) from command: /bin/sh
/var/spool/exim4/msglog/1xV5b4-00000J-0i:2026-11-22 11:19:02.226 Received from <> H=(client.example) [198.19.200.1] P=esmtp S=324 id=m2.385@client.example
/var/spool/exim4/msglog/1xV5b4-00000J-0i:2026-11-22 11:19:02.270 |/nonexistent/program <bad@mx.example.com> R=system_aliases T=system_aliases_pipe: Child process of system_aliases_pipe transport returned 127 (could mean unable to exec or command does not exist) from command: /nonexistent/program
/var/spool/exim4/msglog/1xV5b4-00000J-0i:*** Frozen (delivery error message)
/var/spool/exim4/msglog/1xV5b4-00000H-0h:2026-11-22 11:19:02.220 Received from <> H=(client.example) [198.19.200.1] P=esmtp S=322 id=m1.385@client.example
/var/spool/exim4/msglog/1xV5b4-00000H-0h:2026-11-22 11:19:02.260 H=198.19.200.1 [198.19.200.1] SMTP error from remote mail server after RCPT TO:<busy@example.com>: 451 4.3.0 later
/var/spool/exim4/msglog/1xV5b4-00000H-0h:2026-11-22 11:19:02.268 jim@example.com <sales@example.com>: store_lmtp transport succeeded
/var/spool/exim4/msglog/1xV5b4-00000H-0h:2026-11-22 11:19:02.269 busy@example.com <sales@example.com> R=mailboxes T=store_lmtp defer (-44) H=198.19.200.1 [198.19.200.1]: SMTP error from remote mail server after RCPT TO:<busy@example.com>: 451 4.3.0 later
`
    expect(parseQueue(printed)).toMatchInlineSnapshot(`
      [
        {
          "arrival": 1795346342220,
          "queueId": "1xV5b4-00000H-0h",
          "recipients": [
            {
              "address": "sales@example.com",
              "reason": "H=198.19.200.1 [198.19.200.1]: SMTP error from remote mail server after RCPT TO:<busy@example.com>: 451 4.3.0 later",
            },
          ],
          "sender": "",
          "size": 322,
          "state": "deferred",
        },
        {
          "arrival": 1795346342226,
          "queueId": "1xV5b4-00000J-0i",
          "recipients": [
            {
              "address": "bad@mx.example.com",
              "reason": "Child process of system_aliases_pipe transport returned 127 (could mean unable to exec or command does not exist) from command: /nonexistent/program",
            },
          ],
          "sender": "",
          "size": 324,
          "state": "frozen",
        },
        {
          "arrival": 1795346342231,
          "queueId": "1xV5b4-00000L-0k",
          "recipients": [
            {
              "address": "alsobad@mx.example.com",
              "reason": "Child process of system_aliases_pipe transport returned 75 (could mean temporary error) from command: /bin/sh",
            },
          ],
          "sender": "",
          "size": 332,
          "state": "deferred",
        },
        {
          "arrival": 1795346342244,
          "queueId": "1xV5b4-00000N-0m",
          "recipients": [
            {
              "address": "x@nowhere.example",
              "reason": "Unrouteable address",
            },
            {
              "address": "y@nohost.example",
              "reason": "all relevant MX records point to non-existent hosts",
            },
          ],
          "sender": "",
          "size": 299,
          "state": "frozen",
        },
      ]
    `)
  })

  it('reads what Exim 4.98 printed: longer ids, a size in full, a message not tried yet', () => {
    const printed = ` 0m   388 1xV5Z3-0000000003J-0b4I <marc@client.example>
          later@elsewhere.example

 0m  1.5M 1xV5e4-00000000013-3JE4 <root@mx.example.com>
          busy@example.com

/var/spool/exim4/msglog/1xV5e4-00000000013-3JE4:2026-11-22 11:22:08.831 Received from root@mx.example.com U=root P=local S=1521752
/var/spool/exim4/msglog/1xV5Z3-0000000003J-0b4I:2026-11-22 11:16:57.184 later@elsewhere.example R=dnslookup T=remote_smtp defer (111): Connection refused
`
    expect(parseQueue(printed)).toMatchInlineSnapshot(`
      [
        {
          "queueId": "1xV5Z3-0000000003J-0b4I",
          "recipients": [
            {
              "address": "later@elsewhere.example",
              "reason": "Connection refused",
            },
          ],
          "sender": "marc@client.example",
          "state": "deferred",
        },
        {
          "arrival": 1795346528831,
          "queueId": "1xV5e4-00000000013-3JE4",
          "recipients": [
            {
              "address": "busy@example.com",
            },
          ],
          "sender": "root@mx.example.com",
          "size": 1521752,
          "state": "active",
        },
      ]
    `)
  })

  it('finds an empty queue empty', () => {
    expect(parseQueue('')).toEqual([])
  })
})
