import { InputError } from '../../errors/mailrig-error.ts'
import type { RigAddresses } from '../addresses.ts'

/**
 * The keys by which access(5) of sendmail names an IPv4 network. They end on an octet, so a prefix that does not is
 * written as the networks it is made of: at most 256 keys.
 *
 * @param network `lan`, `internet`, or CIDR such as `192.0.2.0/25`.
 * @throws {InputError} when an octet or the prefix length is out of range.
 * @see cf/README of sendmail, "ANTI-SPAM CONFIGURATION CONTROL"
 * @example
 * networkKeys('198.18.0.0/15', networks) // ['198.18', '198.19']
 */
export function networkKeys(network: string, networks: RigAddresses['networks']): string[] {
  const cidr = network === 'lan' || network === 'internet' ? networks[network].subnet : network
  const [address = '', length = '32'] = cidr.split('/')
  const octets = address.split('.').map(Number)
  const prefix = Number(length)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255)) || !(prefix >= 0 && prefix <= 32)) {
    throw new InputError(`expected an IPv4 network such as "192.0.2.0/24", got "${network}"`, {
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
