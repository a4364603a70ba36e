import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Engine } from './engine.ts'
import { findProgram } from './host-system.ts'
import { type NetworkPair, PEER_NUMBERS } from './networks.ts'
import type { Side } from './side.ts'

const given = new WeakMap<NetworkPair, Record<Side, number>>()

/**
 * Gives this host one more address on a rig's network, so that several fake peers can each listen on their own port 25,
 * or several clients each be a stranger of their own. At most thirty a network, .2 to .31; they vanish with the network.
 *
 * @returns undefined where that cannot be: without root, without ip(8), or without the engine's bridge on this host.
 */
export async function addHostAddress(engine: Engine, pair: NetworkPair, side: Side): Promise<string | undefined> {
  const bridge = `br-${pair.networks[side].id.slice(0, 12)}`
  const ip = findProgram('ip')
  if (engine.reach !== 'direct' || process.getuid?.() !== 0 || ip === undefined) return undefined
  if (!existsSync(`/sys/class/net/${bridge}`)) return undefined
  const numbers = given.get(pair) ?? { lan: PEER_NUMBERS.first, internet: PEER_NUMBERS.first }
  given.set(pair, numbers)
  const host = numbers[side]
  if (host > PEER_NUMBERS.last) return undefined
  numbers[side] = host + 1
  const address = pair.address(host, side)
  try {
    await promisify(execFile)(ip, ['address', 'add', `${address}/32`, 'dev', bridge])
    return address
  } catch {
    // Root in a container without CAP_NET_ADMIN.
    return undefined
  }
}
