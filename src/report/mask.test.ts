import { expect, it } from 'vitest'
import { maskedCopy, maskText, secretsIn } from './mask.ts'

const topology = {
  domains: { 'example.com': { mailboxes: { jim: { password: 'pw-of-jim' }, petra: { password: 'pw-of-jim-2' } } } },
  accounts: [{ user: 'jim', passwords: ['one', ''] }],
}

it('finds what stands under a key that names a secret', () => {
  expect(secretsIn(topology)).toEqual(['pw-of-jim', 'pw-of-jim-2', 'one'])
})

it('masks a copy and leaves the rest as it is', () => {
  expect(maskedCopy(topology)).toEqual({
    domains: { 'example.com': { mailboxes: { jim: { password: '***' }, petra: { password: '***' } } } },
    accounts: [{ user: 'jim', passwords: ['***', ''] }],
  })
})

it('masks a secret that begins with another, and leaves keys and certificates out', () => {
  const text =
    'jim:{PLAIN}pw-of-jim\npetra:{PLAIN}pw-of-jim-2\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n'
  expect(maskText(text, secretsIn(topology))).toBe(
    'jim:{PLAIN}***\npetra:{PLAIN}***\n-----PRIVATE KEY, left out-----\n',
  )
})
