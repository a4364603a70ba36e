import { describe, expect, it } from 'vitest'
import { expectFixtureRead } from '../log-fixture.ts'
import { readLog } from './read-log.ts'

describe('readLog', () => {
  it.each([
    [
      'Exim 4.96 takes a message',
      '2026-11-22 11:16:48.243 1xV5Yu-00002o-0l <= marc@client.example H=(client.example) [198.19.201.1] P=esmtp S=365 id=m37.17504@client.example',
      { queueId: '1xV5Yu-00002o-0l', messageId: 'm37.17504@client.example' },
    ],
    [
      'Exim 4.98 takes a message',
      '2026-11-22 11:16:56.785 1xV5Z2-0000000002o-3H2c <= marc@client.example H=(client.example) [198.19.201.1] P=esmtp S=374 id=m37.19105@client.example',
      { queueId: '1xV5Z2-0000000002o-3H2c', messageId: 'm37.19105@client.example' },
    ],
    [
      'a bounce from elsewhere, which has no parent here',
      '2026-11-22 11:16:48.324 1xV5Yu-00002v-12 <= <> H=(client.example) [198.19.201.1] P=esmtp S=323 id=m38.17504@client.example',
      { queueId: '1xV5Yu-00002v-12', messageId: 'm38.17504@client.example' },
    ],
    [
      'a message without Message-ID, submitted on the host',
      '2026-11-22 11:17:05.404 1xV5ZB-00001S-1I <= root@example.com U=root P=local S=299',
      { queueId: '1xV5ZB-00001S-1I' },
    ],
    [
      'a bounce of its own',
      '2026-11-22 11:16:48.284 1xV5Yu-00002s-0u <= <> R=1xV5Yu-00002o-0l U=Debian-exim P=local S=1793',
      { event: 'queued', queueId: '1xV5Yu-00002s-0u', parent: '1xV5Yu-00002o-0l', from: '' },
    ],
    [
      'a bounce of its own, Exim 4.98',
      '2026-11-22 11:16:56.839 1xV5Z2-0000000002s-3VOA <= <> R=1xV5Z2-0000000002o-3H2c U=Debian-exim P=local S=1813',
      { event: 'queued', queueId: '1xV5Z2-0000000002s-3VOA', parent: '1xV5Z2-0000000002o-3H2c' },
    ],
    [
      'a delivery',
      '2026-11-22 11:04:47.017 1xV5NG-00000O-3B => petra@example.com <sales@example.com> R=mailboxes T=store_lmtp H=198.19.200.1 [198.19.200.1] C="250 2.0.0 <petra@example.com> saved"',
      {
        event: 'delivered',
        queueId: '1xV5NG-00000O-3B',
        to: ['petra@example.com'],
        originalTo: 'sales@example.com',
        relay: '198.19.200.1 [198.19.200.1]',
        reply: '250 2.0.0 <petra@example.com> saved',
        status: '2.0.0',
      },
    ],
    [
      'a failure',
      '2026-11-22 11:16:48.264 1xV5Yu-00002o-0l ** full@example.com R=mailboxes T=store_lmtp H=198.19.200.1 [198.19.200.1]: SMTP error from remote mail server after RCPT TO:<full@example.com>: 552 5.2.2 Mailbox full',
      {
        event: 'bounced',
        queueId: '1xV5Yu-00002o-0l',
        to: ['full@example.com'],
        reply: '552 5.2.2 Mailbox full',
        status: '5.2.2',
      },
    ],
    [
      'a deferral',
      '2026-11-22 11:16:57.184 1xV5Z3-0000000003J-0b4I == later@elsewhere.example R=dnslookup T=remote_smtp defer (111): Connection refused',
      { event: 'deferred', to: ['later@elsewhere.example'], relay: 'remote_smtp', reason: 'Connection refused' },
    ],
    [
      'a deferral before any host is asked',
      '2026-11-22 14:05:05.979 1xV8Bj-00000L-2o == late@elsewhere.example routing defer (-52): retry time not reached',
      { event: 'deferred', to: ['late@elsewhere.example'], reason: 'retry time not reached', untried: true },
    ],
    [
      'a frozen message',
      '2026-11-22 11:16:49.906 1xV5Yv-00003b-2m Frozen (delivery error message)',
      { event: 'held', queueId: '1xV5Yv-00003b-2m' },
    ],
    [
      'one that still is',
      '2026-11-22 11:16:59.521 1xV5Z4-0000000003e-3ydw Message is frozen',
      { event: 'held', queueId: '1xV5Z4-0000000003e-3ydw' },
    ],
    [
      'one that is so no more',
      '2026-11-22 11:16:50.185 1xV5Yv-00003b-2m Unfrozen by forced delivery',
      { event: 'released', queueId: '1xV5Yv-00003b-2m' },
    ],
    [
      'the end',
      '2026-11-22 11:16:48.293 1xV5Yu-00002o-0l Completed',
      { event: 'removed', queueId: '1xV5Yu-00002o-0l', removed: true },
    ],
    [
      'a refusal after DATA',
      '2026-11-22 11:17:05.307 1xV5ZB-00000S-0z H=(x.example) [198.19.201.1] X=TLS1.3:ECDHE_X25519__ECDSA_SECP256R1_SHA256__AES_256_GCM:256 CV=no F=<m@client.example> rejected after DATA: evil subject',
      {
        event: 'reject',
        queueId: '1xV5ZB-00000S-0z',
        removed: true,
        client: '(x.example) [198.19.201.1]',
        from: 'm@client.example',
        reason: 'evil subject',
      },
    ],
    [
      'without milliseconds, with time zone and process id (log_selector)',
      '2026-11-22 11:16:48 +0100 [77] 1xV5Yu-00002o-0l Completed\r',
      { event: 'removed', queueId: '1xV5Yu-00002o-0l', removed: true },
    ],
  ])('reads %s', (_, line, fact) => {
    expect(readLog(line)).toMatchObject(fact)
  })

  it('takes it for a note when two processes reach for one message, and the second finds it delivered', () => {
    const line =
      '2026-11-22 15:13:16.632 1xV9Fk-0000000005f-239z Error reading spool file 1xV9Fk-0000000005f-239z-H: No such file or directory'
    expect(readLog(line)).toMatchObject({ event: 'note', queueId: '1xV9Fk-0000000005f-239z' })
  })

  it('reads a refusal, which no message has come of', () => {
    const line =
      '2026-11-22 11:04:46.982 H=(client.example) [198.19.201.1] F=<marc@client.example> rejected RCPT <nobody@example.org>: Unrouteable address'
    expect(readLog(line)).toEqual({
      event: 'reject',
      time: '2026-11-22 11:04:46.982',
      client: '(client.example) [198.19.201.1]',
      from: 'marc@client.example',
      to: ['nobody@example.org'],
      reason: 'Unrouteable address',
    })
  })

  it('takes what Exim says on its standard error for a note: it says the same in its log', () => {
    const line = '2026-11-22 23:28:16.263 cannot find: no such thing'
    expect(readLog(line, 'stderr').event).toBe('note')
    expect(readLog(line).event).toBe('error')
    expect(readLog('exim: no stamp, no log line', 'stderr').event).toBe('raw')
  })

  it.each(['2026-11-22 11:04:46.828 no host name found for IP address 198.19.200.1', 'no log line', ''])(
    'keeps what it does not understand: %s',
    (line) => {
      expect(readLog(line).event).toBe('raw')
    },
  )

  it.each(['exim-4.96', 'exim-4.98.2'])('reads every line that %s wrote', async (name) => {
    await expectFixtureRead(import.meta.url, name, readLog)
  })
})
