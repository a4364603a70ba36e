import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/mailrig-error.ts'
import { type Action, checkAction, type Stage } from './action.ts'

describe('checkAction', () => {
  it.each<[string, Stage, Action, unknown]>([
    ['one line', 'rcpt', { reply: '450 4.2.1 try later' }, { code: 450, lines: ['4.2.1 try later'] }],
    ['a bare code', 'mail', { reply: '550' }, { code: 550, lines: [''] }],
    ['several lines', 'ehlo', { reply: ['250-mx', '250 SIZE 10'] }, { code: 250, lines: ['mx', 'SIZE 10'] }],
    ['several lines in one', 'mail', { reply: '550 a\n550 b' }, { code: 550, lines: ['a', 'b'] }],
    ['the go-ahead for data', 'data', { reply: '354 send it' }, { code: 354, lines: ['send it'] }],
  ])('reads %s', (_what, stage, action, reply) => {
    expect(checkAction(stage, action)).toEqual({ delay: 0, drop: false, reply })
  })

  it.each<[string, Stage, Action, string]>([
    ['nothing to do', 'mail', {}, 'an action needs a reply, a delay or a drop, at stage "mail"'],
    ['text without a code', 'mail', { reply: 'no' }, '"no" is not a reply line such as "450 4.2.1 try later"'],
    ['two codes', 'mail', { reply: '450 a\n451 b' }, 'has more than one code'],
    ['a control character', 'mail', { reply: '450 a\u0007' }, 'is not a reply line'],
    ['an acceptance where words do not help', 'starttls', { reply: '220 go' }, '220 is neither'],
    ['a go-ahead out of place', 'mail', { reply: '354 go' }, '354 is neither'],
    ['time running backwards', 'mail', { delay: -1 }, 'milliseconds from 0, not -1'],
    ['a stage that is none', 'quit' as Stage, { drop: true }, 'there is no stage "quit"'],
  ])('refuses %s', (_what, stage, action, message) => {
    expect(() => checkAction(stage, action)).toThrow(InputError)
    expect(() => checkAction(stage, action)).toThrow(message)
  })
})
