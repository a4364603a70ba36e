import { expect, it } from 'vitest'
import { isUsable } from './ipv6.ts'

// proc(5), if_inet6: address, interface, prefix length, scope, flags, name.
const TABLE = [
  '00000000000000000000000000000001 01 80 10 80       lo',
  'fd00c612000700000000000000000001 2a 40 00 c0 br-0123456789ab',
  'fd00c613000700000000000000000001 2b 40 00 80 br-ba9876543210',
].join('\n')

it.each([
  ['fd00:c613:7::1', true],
  ['::1', true],
  ['fd00:c612:7::1', false],
  ['fd00:c613:7::2', false],
])('%s can be connected from: %s', (address, usable) => {
  expect(isUsable(TABLE, address)).toBe(usable)
})
