import { expect, it } from 'vitest'
import { readLog } from './read-log.ts'

const TIME = '2026-11-29T16:51:47.193Z'
const read = (text: string) => {
  const { time, ...event } = readLog(`${TIME} ${text}`)
  expect(time).toBe(TIME)
  return event
}

// Lines of OpenSMTPD 6.8.0p2, and those that complete-log.pl makes of its debugging.
it.each([
  [
    '63facfc3213b98f0 smtp connected address=198.18.99.1 host=client.lan.example',
    { event: 'connect', client: 'client.lan.example[198.18.99.1]' },
  ],
  ['63facfc3213b98f0 smtp disconnected reason=quit', { event: 'disconnect', reason: 'quit' }],
  [
    '63facfc4d2b60943 smtp failed-command command="RCPT TO:<green@foo.example>" result="550 Invalid recipient: <green@foo.example>"',
    {
      event: 'reject',
      reply: '550 Invalid recipient: <green@foo.example>',
      reason: '550 Invalid recipient: <green@foo.example>',
      to: ['green@foo.example'],
    },
  ],
  [
    '0bcf9ff889a20336 smtp message msgid=b3409bea size=203 nrcpt=1 proto=ESMTP client=localhost[127.0.0.1] message-id=<1@x>',
    { event: 'queued', queueId: 'b3409bea', size: 203, messageId: '1@x', client: 'localhost[127.0.0.1]' },
  ],
  [
    '687d382513cc885a smtp message msgid=0108d9bd size=300 nrcpt=1 proto=ESMTP client=local',
    { event: 'queued', queueId: '0108d9bd', size: 300, origin: 'local' },
  ],
  [
    '0bcfa008be3a784b smtp envelope evpid=efc79a009fae537e from=<> to=<a@client.example>',
    { event: 'queued', queueId: 'efc79a00', from: '', to: ['a@client.example'] },
  ],
  [
    '0bcf9ff9d926ebec mda delivery evpid=b3409bea24b98572 from=<a@client.example> to=<jim@example.org> rcpt=<jim@example.org> user=jim delay=0s result=Ok stat=Delivered',
    {
      event: 'delivered',
      queueId: 'b3409bea',
      from: 'a@client.example',
      to: ['jim@example.org'],
      originalTo: 'jim@example.org',
      relay: 'local',
      delay: 0,
      reason: 'Delivered',
    },
  ],
  [
    '0bcfa001897e7a0c mta delivery evpid=ed8953f41be85201 from=<a@client.example> to=<later@elsewhere.example> rcpt=<-> source="127.0.0.1" relay="127.0.0.1 (localhost)" delay=1m4s result="TempFail" stat="451 4.2.0 later"',
    {
      event: 'deferred',
      queueId: 'ed8953f4',
      from: 'a@client.example',
      to: ['later@elsewhere.example'],
      relay: 'localhost[127.0.0.1]',
      delay: 64,
      reply: '451 4.2.0 later',
      status: '4.2.0',
      reason: '451 4.2.0 later',
    },
  ],
  [
    'relay: Remove for ed8953f41be85201: from=<a@client.example>, to=<later@elsewhere.example>, rcpt=<->, delay=5s, stat=Removed by administrator',
    {
      event: 'note',
      queueId: 'ed8953f4',
      from: 'a@client.example',
      to: ['later@elsewhere.example'],
      reason: 'Removed by administrator',
    },
  ],
  ['queue: message 306fbbef coming', { event: 'note', queueId: '306fbbef', coming: true }],
  ['queue: message 306fbbef dropped', { event: 'removed', queueId: '306fbbef', removed: true }],
  ['queue: message 306fbbef removed', { event: 'removed', queueId: '306fbbef', removed: true }],
  ['queue: message efc79a00 made because of 0fdd5b88', { event: 'notified', queueId: '0fdd5b88', child: 'efc79a00' }],
  ['queue: envelope ed8953f41be85201 paused', { event: 'held', queueId: 'ed8953f4' }],
  ['queue: envelope ed8953f41be85201 resumed', { event: 'released', queueId: 'ed8953f4' }],
  ['warn: loop detected', { event: 'warning', reason: 'warn: loop detected' }],
  ['info: OpenSMTPD 6.8.0p2 starting', { event: 'note', reason: 'info: OpenSMTPD 6.8.0p2 starting' }],
])('reads %s', (text, event) => {
  expect(read(text)).toEqual(event)
})

it('knows mail that is thrown away by the user that it is handed to', () => {
  const line = (user: string) =>
    `d29125449b7ad16a mda delivery evpid=66d94a1fcbf6e91f from=<adverts@client.example> to=<jim@example.com> rcpt=<jim@example.com> user=${user} delay=1s result=Ok stat=Delivered`
  expect(read(line('nobody'))).toMatchObject({ event: 'discarded', queueId: '66d94a1f', to: ['jim@example.com'] })
  expect(read(line('jim'))).toMatchObject({ event: 'delivered', reason: 'Delivered' })
})

it('reads the same behind what syslogd puts in front of it', () => {
  expect(readLog('Nov 29 15:57:28 mx smtpd[42]: queue: message 306fbbef removed')).toEqual({
    event: 'removed',
    time: 'Nov 29 15:57:28',
    queueId: '306fbbef',
    removed: true,
  })
})

it('does not pretend to understand what it does not know', () => {
  expect(readLog('something else')).toEqual({ event: 'raw' })
  expect(read('b3409bea is a riddle')).toEqual({ event: 'raw' })
})
