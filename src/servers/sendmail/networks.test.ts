import { describe, expect, it } from 'vitest'
import { networkKeys } from './networks.ts'

const networks = {
  lan: { subnet: '198.18.3.0/24', gateway: '198.18.3.1' },
  internet: { subnet: '198.18.4.0/24', gateway: '198.18.4.1' },
}

describe('networkKeys', () => {
  it('ends a prefix on an octet, or writes the networks it is made of', () => {
    expect(networkKeys('lan', { networks })).toEqual(['198.18.3'])
    expect(networkKeys('10.0.0.0/8', { networks })).toEqual(['10'])
    expect(networkKeys('198.18.0.0/15', { networks })).toEqual(['198.18', '198.19'])
    expect(networkKeys('192.0.2.6/31', { networks })).toEqual(['192.0.2.6', '192.0.2.7'])
    expect(networkKeys('192.0.2.5/32', { networks })).toEqual(['192.0.2.5'])
    expect(networkKeys('0.0.0.0/0', { networks })).toHaveLength(256)
  })

  it('starts at the network even where the address has host bits', () => {
    expect(networkKeys('203.0.113.250/30', { networks })).toEqual([
      '203.0.113.248',
      '203.0.113.249',
      '203.0.113.250',
      '203.0.113.251',
    ])
  })

  it('ends a prefix of IPv6 on a group, or writes the networks it is made of', () => {
    expect(networkKeys('fd00:c612:7::/64', { networks })).toEqual(['IPv6:fd00:c612:7:0'])
    expect(networkKeys('2001:db8::/31', { networks })).toEqual(['IPv6:2001:db8', 'IPv6:2001:db9'])
    expect(networkKeys('::1/128', { networks })).toEqual(['IPv6:0:0:0:0:0:0:0:1'])
    expect(() => networkKeys('2001:db8::/33', { networks })).toThrow('by groups of four digits')
  })

  it('refuses what is no network', () => {
    expect(() => networkKeys('192.0.2.256/24', { networks })).toThrow('got "192.0.2.256/24"')
    expect(() => networkKeys('192.0.2.0/33', { networks })).toThrow('got "192.0.2.0/33"')
  })
})
