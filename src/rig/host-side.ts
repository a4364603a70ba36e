import type { Engine } from '../engine/engine.ts'
import { exposeToContainers } from '../engine/expose.ts'
import { type Forwarder, startForwarder } from '../engine/forwarder.ts'
import { addHostAddress } from '../engine/host-address.ts'
import type { Run } from '../engine/labels.ts'
import { withLock } from '../engine/lock.ts'
import type { NetworkPair } from '../engine/networks.ts'
import { silentProgress } from '../engine/progress.ts'
import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import { canListen } from './listening.ts'

/** An address with a port. */
interface HostPort {
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
  /** Where the n-th upstream of a rig listens; port 0 is a free one. */
  upstreamAt(index: number): Promise<HostPort & { forwarded: boolean }>
  /** Where containers reach the n-th upstream, which listens there. */
  reachable(index: number, at: HostPort): Promise<HostPort>
  /** To be called before the networks are removed. */
  close(): Promise<void>
}

const DNS_PORT = 53
const SMTP_PORT = 25

export async function hostSideOf(engine: Engine, pair: NetworkPair, run: Run): Promise<HostSide> {
  if (engine.reach === 'exposed') return behindTunnel(engine, pair, run)
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
    async upstreamAt(index) {
      const gateway = { address: internet.gateway, forwarded: false }
      if (index === 0) return { ...gateway, port: SMTP_PORT }
      // Each upstream needs an address of its own: DNS can name a host for a domain, but no port.
      const own = await addHostAddress(engine, pair, 'internet')
      return own === undefined ? { ...gateway, port: 0 } : { address: own, port: SMTP_PORT, forwarded: false }
    },
    reachable: async (_, { address, port }) => ({ address, port }),
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
    upstreamAt: async () => ({ address: internet.gateway, port: 0, forwarded: true }),
    reachable: (index, at) => forwardUpstream(forwarder, index, at),
    close: () => forwarder.remove(),
  }
}

async function forwardDns(forwarder: Forwarder, to: HostPort): Promise<string> {
  const from = { side: 'lan', index: 0, port: DNS_PORT } as const
  await forwarder.forward('tcp', from, to)
  await forwarder.forward('udp', from, to)
  return forwarder.address('lan') ?? ''
}

/** Under an address of its own, so that DNS can name it for a domain. There are only so many; then by another port. */
async function forwardUpstream(forwarder: Forwarder, index: number, to: HostPort): Promise<HostPort> {
  const own = forwarder.address('internet', index)
  const place = own === undefined ? { index: 0, port: to.port } : { index, port: SMTP_PORT }
  await forwarder.forward('tcp', { side: 'internet', ...place }, to)
  return { address: own ?? forwarder.address('internet') ?? '', port: place.port }
}

const LOOPBACK = '127.0.0.1'

/** The process before may still be ending; a kept rig stays. */
const OTHER_PROCESS_MS = 20_000

/**
 * An engine elsewhere: a tunnel, which carries TCP only, leads from a container to this process, and in its network
 * namespace stands the same forwarder. The tunnel may be shared with other processes that use testcontainers, so there is
 * one process of this host that has rigs.
 */
async function behindTunnel(engine: Engine, pair: NetworkPair, run: Run): Promise<HostSide> {
  const leave = await claimHost()
  const expose = (port: number) => exposeToContainers(engine, { pair, ports: [port], progress: silentProgress })
  let started: Promise<Forwarder> | undefined
  const forwarderTo = async (port: number) => {
    const joins = await expose(port)
    started ??= startForwarder(engine, { pair, run, joins })
    return started
  }
  return {
    resolverAt: { addresses: [LOOPBACK], port: 0, forwarded: true },
    dns: async (port) => forwardDns(await forwarderTo(port), { address: LOOPBACK, port }),
    upstreamAt: async () => ({ address: LOOPBACK, port: 0, forwarded: true }),
    reachable: async (index, at) => forwardUpstream(await forwarderTo(at.port), index, at),
    async close() {
      const forwarder = await started?.catch(() => undefined)
      await forwarder?.remove()
      await leave()
    },
  }
}

/** Waits until no other process of this host has rigs behind a tunnel, and keeps others out until it is called. */
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
          'another mailrig process has rigs, and where the engine is elsewhere one process at a time can have them',
          {
            code: 'ONE_PROCESS_ONLY',
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
