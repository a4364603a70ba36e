import type { Engine } from '../engine/engine.ts'
import { exposeToContainers } from '../engine/expose.ts'
import { type Forwarder, startForwarder } from '../engine/forwarder.ts'
import { addHostAddress } from '../engine/host-address.ts'
import type { Run } from '../engine/labels.ts'
import { withLock } from '../engine/lock.ts'
import type { NetworkPair } from '../engine/networks.ts'
import { silentProgress } from '../engine/progress.ts'
import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import { canListen } from './listening.ts'

/** An address with a port. */
interface Place {
  address: string
  port: number
}

/** Where this process listens for a rig's containers, and how they find it there. */
export interface HostSide {
  /** Where the resolver listens; port 0 is a free one. `forwarded`: what comes there begins with a header. */
  resolverAt: { addresses: string[]; port: number; forwarded: boolean }
  /**
   * The resolver's address as containers see it, on port 53: resolv.conf(5) knows no other. To be called when the
   * resolver listens, with its port.
   */
  dns(port: number): Promise<string>
  /** Options of resolv.conf(5) that this way needs. */
  dnsOptions: string
  /** Where the n-th upstream of a rig listens; port 0 is a free one. */
  upstreamAt(index: number): Promise<Place & { forwarded: boolean }>
  /** Where containers reach the n-th upstream, which listens there. */
  reachable(index: number, at: Place): Promise<Place>
  /** The source addresses under which containers with these addresses appear here. */
  sources(containers: readonly string[]): string[]
  /** Announces a rig. @throws {EngineError} when it would not be told from another one. @returns ends it. */
  enter(): () => void
  /** To be called before the networks are removed. */
  close(): Promise<void>
}

const DNS_PORT = 53
const SMTP_PORT = 25

export async function hostSideOf(engine: Engine, pair: NetworkPair, run: Run): Promise<HostSide> {
  if (engine.reach === 'exposed') return behindForwarder(engine, pair)
  const { lan, internet } = pair.networks
  const free = await Promise.all([
    canListen(lan.gateway, DNS_PORT),
    canListen(internet.gateway, DNS_PORT),
    canListen(internet.gateway, SMTP_PORT),
  ])
  if (free.every(Boolean)) return onGateways(engine, pair)
  return onHighPorts(pair, await startForwarder(engine, { pair, run }))
}

/** A local Linux engine: the gateway addresses are this host's, and containers show their own. */
function onGateways(engine: Engine, pair: NetworkPair): HostSide {
  const { lan, internet } = pair.networks
  return {
    resolverAt: { addresses: [lan.gateway, internet.gateway], port: DNS_PORT, forwarded: false },
    dns: async () => lan.gateway,
    dnsOptions: '',
    async upstreamAt(index) {
      const gateway = { address: internet.gateway, forwarded: false }
      if (index === 0) return { ...gateway, port: SMTP_PORT }
      // Each upstream needs an address of its own: DNS can name a host for a domain, but no port.
      const own = await addHostAddress(engine, pair, 'internet')
      return own === undefined ? { ...gateway, port: 0 } : { address: own, port: SMTP_PORT, forwarded: false }
    },
    reachable: async (_, { address, port }) => ({ address, port }),
    sources: (containers) => [...containers],
    enter: () => () => undefined,
    close: async () => undefined,
  }
}

/**
 * The same engine, where this user may not use low ports, or another server of this host has them: a container of the
 * rig listens there instead, and carries on what comes to ports that everybody may use.
 */
function onHighPorts(pair: NetworkPair, forwarder: Forwarder): HostSide {
  const { lan, internet } = pair.networks
  return {
    resolverAt: { addresses: [lan.gateway], port: 0, forwarded: true },
    dns: (port) => forwardDns(forwarder, { address: lan.gateway, port }),
    dnsOptions: '',
    upstreamAt: async () => ({ address: internet.gateway, port: 0, forwarded: true }),
    reachable: (index, at) => forwardUpstream(forwarder, index, at),
    sources: (containers) => [...containers],
    enter: () => () => undefined,
    close: () => forwarder.remove(),
  }
}

async function forwardDns(forwarder: Forwarder, to: Place): Promise<string> {
  const from = { side: 'lan', index: 0, port: DNS_PORT } as const
  await forwarder.forward('tcp', from, to)
  await forwarder.forward('udp', from, to)
  return forwarder.address('lan') ?? ''
}

/** Under an address of its own, so that DNS can name it for a domain. There are only so many; then by another port. */
async function forwardUpstream(forwarder: Forwarder, index: number, to: Place): Promise<Place> {
  const own = forwarder.address('internet', index)
  const place = own === undefined ? { index: 0, port: to.port } : { index, port: SMTP_PORT }
  await forwarder.forward('tcp', { side: 'internet', ...place }, to)
  return { address: own ?? forwarder.address('internet') ?? '', port: place.port }
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
    resolverAt: { addresses: [loopbackOrAll()], port: DNS_PORT, forwarded: false },
    dns: async (port) => (await expose(port)).lan,
    dnsOptions: 'use-vc',
    upstreamAt: async () => ({ address: LOOPBACK, port: 0, forwarded: false }),
    reachable: async (_, { port }) => ({ address: (await expose(port)).internet, port }),
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
    ended = withLock('exposed-rig', { timeoutMs: OTHER_PROCESS_MS }, () => {
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
