import { expect, it } from 'vitest'
import { missingFrom } from './same-output.ts'

const OUTPUT = `
   12.5 ms C: RCPT TO:<jim@example.com>
   12.9 ms S: 250 2.1.5 Ok
   14.0 ms C: DATA
   15.0 ms S: 250 2.0.0 Ok: queued as 4jclb14C1szy
 ── queue: empty
`

it('sees the same in other times, ids and addresses', () => {
  expect(missingFrom(OUTPUT, '1 ms C: RCPT TO:<jim@example.com>\n2 ms S: 250 2.1.5 Ok\n')).toBeUndefined()
  expect(missingFrom(OUTPUT, 'C: RCPT\n')).toBe('C: RCPT')
  expect(missingFrom(OUTPUT, '3 ms S: 250 2.0.0 Ok: queued as 5kdmc25D2taz\n── queue: empty\n')).toBeUndefined()
})

it('sees another reply, another recipient, another order, and lines left out without a mark', () => {
  expect(missingFrom(OUTPUT, '12.9 ms S: 550 2.1.5 Ok\n')).toBe('DURATION S: 550 2.1.5 Ok')
  expect(missingFrom(OUTPUT, '12.9 ms S: 250 5.1.5 Ok\n')).toBeDefined()
  expect(missingFrom(OUTPUT, '12.5 ms C: RCPT TO:<petra@example.com>\n')).toBeDefined()
  expect(missingFrom(OUTPUT, '── queue: empty\n…\n1 ms C: DATA\n')).toBe('DURATION C: DATA')
  expect(missingFrom(OUTPUT, '1 ms S: 250 2.1.5 Ok\n── queue: empty\n')).toBeDefined()
  expect(missingFrom(OUTPUT, '1 ms S: 250 2.1.5 Ok\n…\n── queue: empty\n')).toBeUndefined()
})
