import { InputError, UnsupportedError } from '../../errors/mailrig-error.ts'
import { ipv6Groups, type RigAddresses } from '../addresses.ts'
import { networksNamed } from '../networks.ts'

/**
 * The keys by which access(5) of sendmail names a network. Those of IPv4 end on an octet, so a prefix that does not is
 * written as the networks it is made of: at most 256 keys.
 *
 * Those of IPv6 end on a group of four digits, and zeros are not left out.
 *
 * @param network `lan`, `internet`, or CIDR such as `192.0.2.0/25`.
 * @throws {InputError} when an octet or the prefix length is out of range.
 * @see cf/README of sendmail, "ANTI-SPAM CONFIGURATION CONTROL"
 * @example
 * networkKeys('198.18.0.0/15', addresses) // ['198.18', '198.19']
 */
export function networkKeys(network: string, addresses: Pick<RigAddresses, 'networks' | 'ipv6'>): string[] {
  return networksNamed(network, addresses).flatMap((cidr) => (cidr.includes(':') ? ipv6Keys(cidr) : ipv4Keys(cidr)))
}

function ipv4Keys(cidr: string): string[] {
  const [address = '', length = '32'] = cidr.split('/')
  const octets = address.split('.').map(Number)
  const prefix = Number(length)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255)) || !(prefix >= 0 && prefix <= 32)) {
    throw new InputError(`expected an IPv4 network such as "192.0.2.0/24", got "${cidr}"`, {
      code: 'NETWORK_INVALID',
      remedy: 'Write four octets from 0 to 255, a slash, and a prefix length from 0 to 32.',
    })
  }
  const whole = Math.max(1, Math.ceil(prefix / 8))
  const free = whole * 8 - prefix
  const last = octets[whole - 1] ?? 0
  const first = last - (last % 2 ** free)
  const head = octets.slice(0, whole - 1)
  return Array.from({ length: 2 ** free }, (_, step) => [...head, first + step].join('.'))
}

function ipv6Keys(cidr: string): string[] {
  const [address = '', length = '128'] = cidr.split('/')
  const all = ipv6Groups(address).map((group) => Number.parseInt(group, 16))
  const prefix = Number(length)
  const whole = Math.max(1, Math.ceil(prefix / 16))
  const free = whole * 16 - prefix
  if (free > 8) {
    throw new UnsupportedError(
      `${cidr}: sendmail names IPv6 networks by groups of four digits, and these would be ${2 ** free}`,
      {
        code: 'TARGET_CANNOT',
        remedy: 'Write a network whose prefix is a multiple of 16, or a little less.',
      },
    )
  }
  const last = all[whole - 1] ?? 0
  const first = last - (last % 2 ** free)
  const hex = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(':')
  return Array.from({ length: 2 ** free }, (_, step) => `IPv6:${hex([...all.slice(0, whole - 1), first + step])}`)
}
