import type { Engine } from '../engine/engine.ts'
import { exposeToContainers } from '../engine/expose.ts'
import { addHostAddress } from '../engine/host-address.ts'
import { withLock } from '../engine/lock.ts'
import type { NetworkPair } from '../engine/networks.ts'
import { silentProgress } from '../engine/progress.ts'
import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'

/** Where this process listens for a rig's containers, and how they find it there. */
export interface HostSide {
  /** The resolver listens here, on port 53: resolv.conf(5) knows no other. */
  resolverAddresses: string[]
  /** The resolver's address as containers see it. To be called when the resolver listens. */
  dns(): Promise<string>
  /** Options of resolv.conf(5) that this way needs. */
  dnsOptions: string
  /** Where the n-th upstream of a rig listens; port 0 is a free one. */
  upstreamAt(index: number): Promise<{ address: string; port: number }>
  /** The address under which containers reach a port this process listens on. */
  reachable(at: { address: string; port: number }): Promise<string>
  /** The source addresses under which containers with these addresses appear here. */
  sources(containers: readonly string[]): string[]
  /** Announces a rig. @throws {EngineError} when it would not be told from another one. @returns ends it. */
  enter(): () => void
  close(): Promise<void>
}

export function hostSideOf(engine: Engine, pair: NetworkPair): Promise<HostSide> {
  return engine.reach === 'direct' ? Promise.resolve(onGateways(engine, pair)) : behindForwarder(engine, pair)
}

/** A local Linux engine: the gateway addresses are this host's, and containers show their own. */
function onGateways(engine: Engine, pair: NetworkPair): HostSide {
  const { lan, internet } = pair.networks
  return {
    resolverAddresses: [lan.gateway, internet.gateway],
    dns: async () => lan.gateway,
    dnsOptions: '',
    async upstreamAt(index) {
      if (index === 0) return { address: internet.gateway, port: 25 }
      // Each upstream needs an address of its own: DNS can name a host for a domain, but no port.
      const own = await addHostAddress(engine, pair, 'internet')
      return own === undefined ? { address: internet.gateway, port: 0 } : { address: own, port: 25 }
    },
    reachable: async ({ address }) => address,
    sources: (containers) => [...containers],
    enter: () => () => undefined,
    close: async () => undefined,
  }
}

const LOOPBACK = '127.0.0.1'
/**
 * macOS, from 10.14 on, lets every user listen on a low port, but on all addresses or none. Whoever is not the forwarder
 * is refused there by the resolver.
 */
function loopbackOrAll(): string {
  return process.platform === 'darwin' && process.getuid?.() !== 0 ? '0.0.0.0' : LOOPBACK
}

/** The process before may still be ending; a kept rig stays. */
const OTHER_PROCESS_MS = 20_000

/**
 * An engine elsewhere: containers reach this process through a forwarder, which carries TCP only and shows every
 * container as 127.0.0.1. So there can be one rig at a time, in one process of this host.
 */
async function behindForwarder(engine: Engine, pair: NetworkPair): Promise<HostSide> {
  const leave = await claimHost()
  const expose = (port: number) => exposeToContainers(engine, { pair, ports: [port], progress: silentProgress })
  let entered = false
  return {
    resolverAddresses: [loopbackOrAll()],
    dns: async () => (await expose(53)).lan,
    dnsOptions: 'use-vc',
    upstreamAt: async () => ({ address: LOOPBACK, port: 0 }),
    reachable: async ({ port }) => (await expose(port)).internet,
    sources: () => [LOOPBACK],
    enter() {
      if (entered) {
        throw new EngineError('there is a rig already, and where the engine is elsewhere there can be one at a time', {
          code: 'ONE_RIG_ONLY',
          remedy: 'End the other rig first; in scenarios, declare one rig a file.',
        })
      }
      entered = true
      return () => {
        entered = false
      }
    },
    close: leave,
  }
}

/** Waits until no other process of this host has rigs behind a forwarder, and keeps others out until it is called. */
async function claimHost(): Promise<() => Promise<void>> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  let ended: Promise<void> = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    ended = withLock('exposed-rig', { timeoutMs: patience(OTHER_PROCESS_MS) }, () => {
      resolve()
      return over
    })
    ended.catch((cause: unknown) => {
      if (!(cause instanceof WaitError)) return reject(cause)
      reject(
        new EngineError(
          'another mailrig process has a rig, and where the engine is elsewhere there can be one at a time',
          {
            code: 'ONE_RIG_ONLY',
            remedy: 'Wait for that process, or end it; `mailrig down --all` ends rigs that were kept.',
            cause,
          },
        ),
      )
    })
  })
  return () => {
    end()
    return ended
  }
}
