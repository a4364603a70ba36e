import { expect, it } from 'vitest'
import { parseQueue, queueCommands } from './queue.ts'

// As smtpctl of 6.8 printed them.
const DEFERRED =
  'ed8953f41be85201|inet4|mta||a@client.example|later@elsewhere.example|later@elsewhere.example|1795967865|1795967865|0|1|pending|398|451 4.2.0 later\n'

it('makes one entry of all envelopes of a message', () => {
  const second = DEFERRED.replace('ed8953f41be85201', 'ed8953f4aaaaaaaa').replaceAll('later@else', 'never@else')
  expect(parseQueue(DEFERRED + second)).toEqual([
    {
      queueId: 'ed8953f4',
      sender: 'a@client.example',
      recipients: [
        { address: 'later@elsewhere.example', reason: '451 4.2.0 later' },
        { address: 'never@elsewhere.example', reason: '451 4.2.0 later' },
      ],
      arrival: 1_795_967_865_000,
      state: 'deferred',
    },
  ])
})

it('tells what is put aside from what is deferred, and that from what has not been tried', () => {
  const states = [DEFERRED, DEFERRED.replace('|mta||', '|mta|suspend|'), DEFERRED.replace('|1|pending', '|0|pending')]
  expect(states.map((line) => parseQueue(line)[0]?.state)).toEqual(['deferred', 'hold', 'active'])
})

it('calls deferred what is tried once more at this moment', () => {
  expect(parseQueue(DEFERRED.replace('|1|pending', '|1|inflight'))[0]?.state).toBe('deferred')
  expect(parseQueue(DEFERRED.replace('|1|pending', '|0|inflight'))[0]?.state).toBe('active')
})

it('takes the size from the file of the message', () => {
  expect(parseQueue(`${DEFERRED}512 ./ed/ed8953f4\n99 ./aa/aaaaaaaa\n`)).toMatchObject([
    { queueId: 'ed8953f4', size: 512 },
  ])
})

it('reads no message where there is none', () => {
  expect(parseQueue('')).toEqual([])
})

it('gives smtpctl one message at a time', () => {
  expect(queueCommands.release(['a', 'b'])).toEqual([
    'sh',
    '-ec',
    'for id; do smtpctl resume envelope "$id"; done',
    'sh',
    'a',
    'b',
  ])
})

it('puts nothing aside in the middle of a try', () => {
  const [shell, flag, script, ...rest] = queueCommands.hold(['a', 'b'])
  expect([shell, flag, ...rest]).toEqual(['sh', '-ec', 'sh', 'a', 'b'])
  expect(script).toMatch(/flock 9[\s\S]*inflight[\s\S]*pause envelope/)
})
