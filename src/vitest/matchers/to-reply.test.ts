import { describe, expect, it } from 'vitest'
import { makeReply } from '../../session/reply.ts'
import { toReply } from './to-reply.ts'

const reply = makeReply(
  {
    code: 550,
    lines: ['5.1.1 <nobody@example.com>: Recipient address rejected', '5.1.1 User unknown'],
    raw: Buffer.alloc(0),
    faults: [],
  },
  0,
  0,
)

describe('toReply', () => {
  it.each<[number | string, (string | RegExp)?]>([
    [550],
    ['550'],
    ['5xx'],
    ['550 5.1.1'],
    ['5xx 5.1.1', 'User unknown'],
    [550, /rejected\n.*unknown$/],
    ['450|550'],
    ['4xx|5xx 5.1.1', 'User unknown'],
    ['550 5.1.x'],
  ])('holds for %s %s', (expected, text) => {
    expect(toReply(reply, expected, text).pass).toBe(true)
  })

  it.each<[number | string, (string | RegExp)?]>([
    [250],
    ['4xx'],
    ['550 5.7.1'],
    [550, 'denied'],
    ['450|551'],
    ['2xx|4xx'],
    ['450|550 5.7.x'],
    [550, /^User/],
  ])('does not hold for %s %s', (expected, text) => {
    expect(toReply(reply, expected, text).pass).toBe(false)
  })

  it('says what was expected and what the server said', () => {
    expect(toReply(reply, '250 2.1.5', /ok/).message()).toBe(
      'expected the reply 250 2.1.5 /ok/, the server said\n' +
        '  550-5.1.1 <nobody@example.com>: Recipient address rejected\n  550 5.1.1 User unknown',
    )
  })
})
