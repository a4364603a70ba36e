import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Engine } from './engine.ts'
import { findProgram } from './host-system.ts'
import { bridgeOf, ipv6Of, type NetworkPair, PEER_NUMBERS } from './networks.ts'
import type { Side } from './side.ts'

const given = new WeakMap<NetworkPair, Record<Side, number>>()

/**
 * Gives this host one more address on a rig's network, so that several fake peers can each listen on their own port 25,
 * or several clients each be a stranger of their own. At most thirty a network, .2 to .31; they vanish with the network.
 *
 * @returns undefined where that cannot be: without root, without ip(8), or without the engine's bridge on this host.
 */
export async function addHostAddress(engine: Engine, pair: NetworkPair, side: Side): Promise<string | undefined> {
  const bridge = bridgeOf(pair.networks[side].id)
  if (!existsSync(`/sys/class/net/${bridge}`)) return undefined
  const numbers = given.get(pair) ?? { lan: PEER_NUMBERS.first, internet: PEER_NUMBERS.first }
  given.set(pair, numbers)
  const host = numbers[side]
  if (host > PEER_NUMBERS.last) return undefined
  numbers[side] = host + 1
  const address = pair.address(host, side)
  return (await runIp(engine, ['address', 'add', `${address}/32`, 'dev', bridge])) ? address : undefined
}

/**
 * The IPv6 address beside one that this host has on a rig's network, which it is given where it has it not yet.
 *
 * @returns undefined where that cannot be, as above
 */
export async function addIpv6Address(
  engine: Engine,
  { networks }: NetworkPair,
  side: Side,
  beside: string,
): Promise<string | undefined> {
  const address = ipv6Of(networks[side], beside)
  if (address === undefined || address === networks[side].ipv6?.gateway) return address
  // Not on trial first (RFC 4862 §5.4): nobody else in the network can have it.
  const order = ['address', 'replace', `${address}/128`, 'dev', bridgeOf(networks[side].id), 'nodad']
  return (await runIp(engine, order)) ? address : undefined
}

/** Runs ip(8) as root on the engine's own host. False where that cannot be: without root, for example, or without ip(8). */
export async function runIp(engine: Engine, order: readonly string[]): Promise<boolean> {
  const ip = findProgram('ip')
  if (engine.reach !== 'direct' || process.getuid?.() !== 0 || ip === undefined) return false
  try {
    await promisify(execFile)(ip, [...order])
    return true
  } catch {
    // Root in a container without CAP_NET_ADMIN.
    return false
  }
}
