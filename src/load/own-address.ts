import { BlockList, isIPv4 } from 'node:net'
import { InputError } from '../errors/mailrig-error.ts'
import type { RigAddresses } from '../servers/addresses.ts'

/**
 * Load goes to a rig's own servers and to nobody else: to addresses of its two networks, or to loopback, where the
 * containers of an engine elsewhere are published (RFC 1122 §3.2.1.3: 127.0.0.0/8).
 *
 * @throws {InputError} LOAD_ADDRESS for any other address; no connection was begun.
 */
export function refuseOtherAddress(host: string, { networks }: Pick<RigAddresses, 'networks'>): void {
  const own = new BlockList()
  own.addSubnet('127.0.0.0', 8, 'ipv4')
  for (const { subnet } of Object.values(networks)) {
    const [network = '', length = '32'] = subnet.split('/')
    own.addSubnet(network, Number(length), 'ipv4')
  }
  if (isIPv4(host) && own.check(host, 'ipv4')) return
  throw new InputError(
    `${host} is no address of the rig: a load goes to servers that mailrig started, and nowhere else`,
    {
      code: 'LOAD_ADDRESS',
      remedy: 'Put a copy of the server into a rig: `mailrig check` shows how its configuration runs there.',
    },
  )
}
