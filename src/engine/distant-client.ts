import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Engine } from './engine.ts'
import { findProgram } from './host-system.ts'
import { bridgeOf, type NetworkPair } from './networks.ts'

/** Of the range that RFC 5737 sets apart for documentation: on no network of a rig. */
export const DISTANT_ADDRESS = '203.0.113.25'
const RANGE = '203.0.113.0/24'

/**
 * Gives this host an address that is on no network of a container, and the container a route to it by the rig's
 * internet: as clients of the internet are. A server that trusts its own networks must not trust such a client. The
 * container needs ip(8).
 *
 * @returns undefined where that cannot be: without root, without ip(8), or without the engine's bridge on this host.
 */
export async function distantClient(
  engine: Engine,
  pair: Pick<NetworkPair, 'networks'>,
  containerId: string,
): Promise<string | undefined> {
  const { id, gateway } = pair.networks.internet
  const bridge = bridgeOf(id)
  const ip = findProgram('ip')
  if (engine.reach !== 'direct' || process.getuid?.() !== 0 || ip === undefined) return undefined
  if (!existsSync(`/sys/class/net/${bridge}`)) return undefined
  try {
    // Again for the next host of this network: it is there then.
    await promisify(execFile)(ip, ['address', 'replace', `${DISTANT_ADDRESS}/32`, 'dev', bridge])
  } catch {
    // Root in a container without CAP_NET_ADMIN.
    return undefined
  }
  return (await routeToDistant(engine, containerId, gateway)) ? DISTANT_ADDRESS : undefined
}

/** Gives a container the route to that client. @returns false where it has no ip(8), or the engine does not allow it. */
export async function routeToDistant(engine: Engine, containerId: string, gateway: string): Promise<boolean> {
  try {
    const exec = await engine.docker.getContainer(containerId).exec({
      // The server itself may not: only who has the engine may.
      Cmd: ['ip', 'route', 'replace', RANGE, 'via', gateway],
      Privileged: true,
      User: '0',
      AttachStdout: true,
    })
    const stream = await exec.start({})
    stream.resume()
    await new Promise<void>((resolve) => {
      stream.once('end', resolve)
      stream.once('close', resolve)
      stream.once('error', () => resolve())
    })
    return (await exec.inspect()).ExitCode === 0
  } catch {
    return false
  }
}
