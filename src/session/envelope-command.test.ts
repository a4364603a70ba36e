import { expect, it } from 'vitest'
import { mailCommand, rcptCommand } from './envelope-command.ts'

it('writes envelope commands', () => {
  expect(mailCommand('')).toBe('MAIL FROM:<>')
  expect(mailCommand('a@b.example', { SIZE: 12, SMTPUTF8: true })).toBe('MAIL FROM:<a@b.example> SIZE=12 SMTPUTF8')
  expect(rcptCommand('<@relay.example:a@b.example>')).toBe('RCPT TO:<@relay.example:a@b.example>')
  expect(rcptCommand('a@b.example', ['NOTIFY=NEVER', 'X=1'])).toBe('RCPT TO:<a@b.example> NOTIFY=NEVER X=1')
  expect(rcptCommand('a@b.example', 'NOTIFY=NEVER')).toBe('RCPT TO:<a@b.example> NOTIFY=NEVER')
})
