import { expect, it } from 'vitest'
import { networksNamed } from './networks.ts'

const of = (prefix: string) => ({ subnet: prefix, gateway: '' })
const networks = { lan: of('198.18.7.0/24'), internet: of('198.19.7.0/24') }
const ipv6 = {
  networks: { lan: of('fd00:c612:7::/64'), internet: of('fd00:c613:7::/64') },
  mta: { lan: '', internet: '' },
}

it.each([
  ['lan', ['198.18.7.0/24', 'fd00:c612:7::/64']],
  ['internet', ['198.19.7.0/24', 'fd00:c613:7::/64']],
  ['lan-ipv4', ['198.18.7.0/24']],
  ['internet-ipv6', ['fd00:c613:7::/64']],
  ['192.0.2.0/24', ['192.0.2.0/24']],
  ['2001:db8::/32', ['2001:db8::/32']],
  ['lan.example', ['lan.example']],
])('%s stands for %j', (network, expected) => {
  expect(networksNamed(network, { networks, ipv6 })).toEqual(expected)
})

it('is of IPv4 alone where the rig has nothing else', () => {
  expect(networksNamed('lan', { networks })).toEqual(['198.18.7.0/24'])
})
