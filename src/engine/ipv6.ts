import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { EngineError, UnsupportedError } from '../errors/mailrig-error.ts'
import { Allowance } from '../metrics/patience.ts'
import type { Engine } from './engine.ts'
import { runIp } from './host-address.ts'
import { ipv6Groups } from './ipv6-groups.ts'
import { bridgeOf, type NetworkPair } from './networks.ts'

/** proc(5): one line for each address that this host has. */
const ADDRESSES = '/proc/net/if_inet6'
/** The flag of an address of which nobody knows yet whether another host has it (RFC 4862 §5.4; if_addr.h). */
const TENTATIVE = 0x40
const LOOK_MS = 20
const READY_MS = 10_000

/**
 * Rigs with IPv6 need an engine whose containers this host reaches by their addresses, and a kernel that has it.
 *
 * @throws {UnsupportedError} with the reason
 */
export function requireIpv6({ reach, name }: Engine): void {
  const reason =
    reach !== 'direct'
      ? `the containers of ${name} are reached here by one published port, which carries IPv4 alone`
      : existsSync(ADDRESSES)
        ? undefined
        : 'the kernel of this host has no IPv6'
  if (reason === undefined) return
  throw new UnsupportedError(`ipv6: ${reason}`, {
    code: 'NO_IPV6',
    remedy: 'Run this on Linux with a local Docker, and without `ipv6.disable=1` on the command line of the kernel.',
  })
}

/**
 * Spares this host's addresses in the networks the second for which a new one is on trial (RFC 4862 §5.4). Without root it
 * does nothing, and they are on trial.
 */
export async function hurryGateways(engine: Engine, pair: NetworkPair): Promise<void> {
  await Promise.all(
    Object.values(pair.networks).map(async ({ id, ipv6 }) => {
      if (ipv6) await runIp(engine, ['address', 'replace', `${ipv6.gateway}/64`, 'dev', bridgeOf(id), 'nodad'])
    }),
  )
}

/**
 * Resolves when this host can use its addresses in the networks as a client: for that a host has to stand there.
 *
 * @throws {EngineError} NO_IPV6
 */
export async function gatewaysReady({ networks }: NetworkPair): Promise<void> {
  await Promise.all(Object.values(networks).map(async ({ ipv6 }) => ipv6 && hostAddressReady(ipv6.gateway)))
}

/** The same for one address. @throws {EngineError} NO_IPV6 */
export async function hostAddressReady(address: string): Promise<void> {
  const allowance = new Allowance(READY_MS)
  // The kernel tells of it by netlink(7) alone, which Node does not speak.
  while (!isUsable(await readFile(ADDRESSES, 'utf8'), address)) {
    if (allowance.spend() <= 0) {
      throw new EngineError(`waited for the address ${address} of this host, and it cannot be used`, {
        code: 'NO_IPV6',
        remedy: 'See `ip -6 address`; `sysctl net.ipv6.conf.all.disable_ipv6` must be 0.',
      })
    }
    await pause(LOOK_MS)
  }
}

/** Whether the table of {@link ADDRESSES} has this address, and not on trial. @internal */
export function isUsable(table: string, address: string): boolean {
  const wanted = ipv6Groups(address).join('')
  return table.split('\n').some((line) => {
    const [octets, , , , flags = ''] = line.trim().split(/\s+/)
    return octets === wanted && (Number.parseInt(flags, 16) & TENTATIVE) === 0
  })
}
