import { expect, it } from 'vitest'
import { checkLoadOptions } from './load-options.ts'

it('takes what a load may have', () => {
  checkLoadOptions({})
  checkLoadOptions({ messages: 1, seconds: 0.5, connections: 1000, to: ['a@b.example', 'c@d.example'], from: '' })
  checkLoadOptions({ tls: true, auth: 'jim@example.com', pipelining: false, bdat: true, until: 'accepted', waitMs: 1 })
})

it.each([
  [{ mesages: 3 }, 'there is no option "mesages"; did you mean "messages"?'],
  [{ messages: 0 }, 'messages is a whole number from 1'],
  [{ messages: '5' }, 'messages is a whole number from 1 to 10000000, not "5"'],
  [{ connections: 1001 }, 'connections is a whole number from 1 to 1000, not 1001'],
  [{ recipients: 1.5 }, 'recipients is a whole number'],
  [{ seconds: -1 }, 'seconds is a number above 0'],
  [{ tls: 'yes' }, 'tls is true or false, not "yes"'],
  [{ until: 'read' }, 'until is "delivered" or "accepted", not "read"'],
  [{ to: 'jim' }, 'to is an address such as "someone@elsewhere.example", or several, not "jim"'],
  [{ to: [] }, 'to is an address'],
  [{ from: 'x' }, 'from is an address'],
  [{ size: '3q' }, 'size: "3q" is not a size'],
  [[], 'no object'],
  [null, 'no object'],
])('refuses %j', (options, message) => {
  expect(() => checkLoadOptions(options)).toThrow(message)
})

it('calls an option as it was written', () => {
  expect(() => checkLoadOptions({ messages: 0 }, () => '--count')).toThrow('--count is a whole number')
})
