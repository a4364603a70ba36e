import { expect, it } from 'vitest'
import { FilterSession } from '../filters/filter-session.ts'
import { describeFilterSessions } from './evidence.ts'

it('tells what a filter was asked, without the turns in which it had nothing to say', () => {
  const session = new FilterSession()
  for (const [who, text] of [
    ['C', 'RCPT <jim@example.com>'],
    ['S', 'continue'],
    ['C', 'HEADER Subject: x'],
    ['S', 'continue'],
    ['C', 'BODY 12 octets'],
    ['S', '550 5.7.1 no'],
  ] as const) {
    session.note(who, text)
  }
  session.finish('QUIT')
  expect(describeFilterSessions([session])).toEqual([
    'C: RCPT <jim@example.com>',
    'C: BODY 12 octets',
    'S: 550 5.7.1 no',
    '*: QUIT',
  ])
})
