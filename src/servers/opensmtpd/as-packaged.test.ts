import { expect, it } from 'vitest'
import { asPackaged } from './as-packaged.ts'

// As `smtpctl show queue` of OpenSMTPD 6.8 writes it, shortened to what is read.
const line = (id: string, kind: string, tries: number) =>
  `${id}|inet4|${kind}||sender@client.example|jim@example.com|jim@example.com|1700000000|1700345600|0|${tries}|pending|1|`

it('counts a bounce that was not tried as under way, and one that was as deferred', () => {
  const queue = asPackaged.queue.parse(
    [
      line('0123456789abcdef', 'mta', 1),
      line('aaaaaaaabbbbbbbb', 'bounce', 0),
      line('ccccccccdddddddd', 'bounce', 2),
    ].join('\n'),
  )
  expect(queue.map(({ queueId, state }) => [queueId, state])).toEqual([
    ['01234567', 'deferred'],
    ['aaaaaaaabbbbbbbb', 'active'],
    ['ccccccccdddddddd', 'deferred'],
  ])
})
