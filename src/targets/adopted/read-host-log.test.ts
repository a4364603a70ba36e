import { expect, it } from 'vitest'
import { readLog as readPostfix } from '../../servers/postfix/read-log.ts'
import { hostLogReader } from './read-host-log.ts'

// Lines as syslogd of a host wrote them; the queue id of Postfix is in each.
const read = hostLogReader(readPostfix)

it('reads what the MTA says as its own', () => {
  expect(read('Nov 30 00:18:57 mail postfix/qmgr[87]: 47C9C1BC1A2: removed')).toMatchObject({
    event: 'removed',
    queueId: '47C9C1BC1A2',
  })
  expect(read('Nov 30 00:18:57 mail out/smtp[88]: 47C9C1BC1A2: something that nobody knows').event).toBe('raw')
  expect(read('Nov 30 00:18:57 mail postfix/smtp[88]: 47C9C1BC1A2: something that nobody knows')).toMatchObject({
    event: 'raw',
    queueId: '47C9C1BC1A2',
  })
})

it('reads what Dovecot says beside it, which has no level in the system log', () => {
  const line =
    'Nov 30 00:18:57 mail dovecot: lmtp(jim@snow.example)<270><gMEJKPHADGsOAQAAmIBdwQ>: msgid=<20261130001857.47C9C1BC1A2@mail.snow.example>: saved mail to INBOX'
  expect(read(line)).toMatchObject({
    event: 'store',
    messageId: '20261130001857.47C9C1BC1A2@mail.snow.example',
    to: ['jim@snow.example'],
  })
  expect(read('Nov  3 00:18:57 mail dovecot: auth: Error: passwd-file: open failed').event).toBe('error')
})

it.each([
  'Nov 30 00:18:57 mail opendkim[41]: 47C9C1BC1A2: DKIM-Signature field added (s=mail, d=snow.example)',
  'Nov 30 00:18:57 mail postgrey[42]: action=pass, reason=client AWL, queue_id=47C9C1BC1A2',
  'Nov 30 00:18:57 mail dovecot: lmtp(jim@snow.example)<2><x>: sieve: msgid=<20261130001857.47C9C1BC1A2@mail>: marked message to be discarded',
])('takes what a neighbour says for understood, for it tells nothing of the queue: %s', (line) => {
  const { event, queueId } = read(line)
  expect(event).toBe('note')
  expect(queueId).toBeUndefined()
})
