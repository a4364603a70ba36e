import { expect, it } from 'vitest'
import { ipv6Groups } from './ipv6-groups.ts'

it.each([
  ['fd00:c612:7::1', 'fd00 c612 0007 0000 0000 0000 0000 0001'],
  ['::1', '0000 0000 0000 0000 0000 0000 0000 0001'],
  ['::', '0000 0000 0000 0000 0000 0000 0000 0000'],
  ['2001:db8:1:2:3:4:5:6', '2001 0db8 0001 0002 0003 0004 0005 0006'],
  ['2001:db8::', '2001 0db8 0000 0000 0000 0000 0000 0000'],
])('%s is %s', (address, groups) => {
  expect(ipv6Groups(address).join(' ')).toBe(groups)
})
