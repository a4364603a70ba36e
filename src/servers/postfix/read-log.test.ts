import { describe, expect, it } from 'vitest'
import { expectFixtureRead } from '../log-fixture.ts'
import { readLog } from './read-log.ts'

/** Written by Postfix 3.7.11 and 3.10.13. */
const LINES = {
  client: 'Nov 22 11:10:49 mx postfix/smtpd[21]: 4jXRFj1k6nzFlw1: client=unknown[10.77.42.1]',
  submission:
    'Nov 22 11:10:49 mx postfix/submission/smtpd[24]: 4jXRFj3Dq2zFlt0: client=unknown[10.77.42.1], sasl_method=PLAIN, sasl_username=petra@example.com',
  messageId: 'Nov 22 11:10:49 mx postfix/cleanup[26]: 4jXRFj1k6nzFlw1: message-id=<alias@test>',
  active:
    'Nov 22 11:10:49 mx postfix/qmgr[20]: 4jXRFj1k6nzFlw1: from=<a@client.example>, size=321, nrcpt=2 (queue active)',
  sent: 'Nov 22 11:10:49 mx postfix/lmtp[36]: 4jXRFj1wC4zFm7n: to=<petra@example.com>, orig_to=<info@virt.example>, relay=10.77.41.20[10.77.41.20]:24, delay=0.22, delays=0/0.14/0.07/0, dsn=2.0.0, status=sent (250 2.0.0 <petra@example.com> 9gu/HLnNAmsSAAAAhY1j5g Saved)',
  forwarded:
    'Nov 22 11:10:49 mx postfix/local[30]: 4jXRFj1zcZzFm7p: to=<team@local.example>, relay=local, delay=0.16, delays=0.01/0.14/0/0.01, dsn=2.0.0, status=sent (forwarded as 4jXRFj34rCzFlw1)',
  deferred:
    'Nov 22 11:10:50 mx postfix/smtp[33]: 4jXRFj2ymhzFlt5: to=<busy@partner.example>, relay=up.example[10.77.42.1]:2525, delay=1.1, delays=1.1/0/0/0, dsn=4.3.0, status=deferred (host up.example[10.77.42.1] said: 451 4.3.0 later (in reply to RCPT TO command))',
  removed: 'Nov 22 11:10:49 mx postfix/qmgr[20]: 4jXRFj1wC4zFm7n: removed',
  deleted: 'Nov 22 11:24:22 mx postfix/postsuper[145]: 4jXRYG0VfJzH7nV: removed',
}

describe('readLog', () => {
  it('takes the queue id of every line about a message', () => {
    expect(readLog(LINES.client)).toMatchObject({ queueId: '4jXRFj1k6nzFlw1' })
    expect(readLog(LINES.submission)).toMatchObject({ queueId: '4jXRFj3Dq2zFlt0' })
    expect(readLog(LINES.active)).toMatchObject({ queueId: '4jXRFj1k6nzFlw1' })
    expect(readLog(LINES.sent)).toMatchObject({
      event: 'delivered',
      to: ['petra@example.com'],
      originalTo: 'info@virt.example',
    })
  })

  it('ties a queue id to its Message-ID', () => {
    expect(readLog(LINES.messageId)).toMatchObject({ queueId: '4jXRFj1k6nzFlw1', messageId: 'alias@test' })
  })

  it('reads a message without Message-ID', () => {
    expect(readLog('Nov 22 11:10:49 mx postfix/cleanup[26]: 4jXRFj1k6nzFlw1: message-id=<>')).toMatchObject({
      queueId: '4jXRFj1k6nzFlw1',
    })
  })

  it('finds the message that a forwarding makes', () => {
    expect(readLog(LINES.forwarded)).toMatchObject({ queueId: '4jXRFj1zcZzFm7p', child: '4jXRFj34rCzFlw1' })
  })

  it.each([
    [
      'Nov 22 11:31:01 mx postfix/bounce[26]: 4jXRj15BwdzL59J: sender non-delivery notification: 4jXRj16MsmzL5GQ',
      '4jXRj16MsmzL5GQ',
    ],
    [
      'Nov 22 11:31:01 mx postfix/bounce[28]: 4jXRj15BwdzL59J: sender delay notification: 4jXRj16T0ZzL5Dv',
      '4jXRj16T0ZzL5Dv',
    ],
    [
      'Nov 22 11:31:01 mx postfix/bounce[26]: 4jXRj15BwdzL59J: postmaster non-delivery notification: 4jXRj16Ps1zL5GB',
      '4jXRj16Ps1zL5GB',
    ],
    [
      'Nov 22 11:31:01 mx postfix/bounce[27]: 4jXRj15BwdzL59J: sender delivery status notification: 4jXRj164fGzL5GB',
      '4jXRj164fGzL5GB',
    ],
  ])('finds the message that a notification is: %s', (line, child) => {
    expect(readLog(line)).toMatchObject({ event: 'notified', queueId: '4jXRj15BwdzL59J', child })
  })

  it('tells a deferral from the end', () => {
    expect(readLog(LINES.deferred)).toMatchObject({
      event: 'deferred',
      queueId: '4jXRFj2ymhzFlt5',
      to: ['busy@partner.example'],
      relay: 'up.example[10.77.42.1]:2525',
      delay: 1.1,
      status: '4.3.0',
      reply: '451 4.3.0 later',
    })
    expect(readLog(LINES.removed)).toMatchObject({ queueId: '4jXRFj1wC4zFm7n', event: 'removed', removed: true })
    expect(readLog(LINES.deleted)).toMatchObject({ queueId: '4jXRYG0VfJzH7nV', event: 'removed', removed: true })
  })

  it('reads short queue ids, for those who turn the long ones off', () => {
    expect(readLog('Nov 22 11:10:49 mx postfix/qmgr[20]: 8C9F2A1B3E: removed')).toMatchObject({
      queueId: '8C9F2A1B3E',
      event: 'removed',
      removed: true,
    })
  })

  it('reads lines that no message has come of', () => {
    const lines = [
      'Nov 22 11:10:49 mx postfix/smtpd[21]: connect from unknown[10.77.42.1]',
      'Nov 22 11:10:49 mx postfix/smtpd[21]: NOQUEUE: reject: RCPT from unknown[10.77.42.1]: 454 4.7.1 <x@remote.example>: Relay access denied; from=<a@client.example> to=<x@remote.example> proto=ESMTP helo=<client.example>',
      'Nov 22 11:10:49 mx postfix/submission/smtpd[24]: warning: unknown[10.77.42.1]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=petra@example.com',
      'postalias: fatal: open /etc/aliases: No such file or directory',
      'Nov 22 11:10:53 mx postfix/scache[38]: statistics: domain lookup hits=2 miss=4 success=33%',
    ]
    expect(lines.map(readLog)).toEqual([
      { event: 'connect', time: 'Nov 22 11:10:49', client: 'unknown[10.77.42.1]' },
      {
        event: 'reject',
        time: 'Nov 22 11:10:49',
        client: 'unknown[10.77.42.1]',
        from: 'a@client.example',
        to: ['x@remote.example'],
        reason: '454 4.7.1 <x@remote.example>: Relay access denied',
        reply: '454 4.7.1 <x@remote.example>: Relay access denied',
        status: '4.7.1',
      },
      {
        event: 'auth',
        time: 'Nov 22 11:10:49',
        failed: true,
        client: 'unknown[10.77.42.1]',
        user: 'petra@example.com',
        reason: '(reason unavailable), sasl_username=petra@example.com',
      },
      { event: 'fatal', reason: 'open /etc/aliases: No such file or directory' },
      { event: 'raw', time: 'Nov 22 11:10:53' },
    ])
  })

  it('reads what has passed through a syslogd', () => {
    expect(readLog('Nov 22 11:10:49 mx mail.info postfix/qmgr[20]: 4jXRFj1wC4zFm7n: removed')).toMatchObject({
      event: 'removed',
      queueId: '4jXRFj1wC4zFm7n',
    })
  })

  it.each(['postfix-3.7.11', 'postfix-3.10.13'])('reads every line that %s wrote', async (name) => {
    await expectFixtureRead(import.meta.url, name, readLog)
  })
})
