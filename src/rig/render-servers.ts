import { RIG_NAMES } from '../dns/zone.ts'
import type { RigAddresses } from '../servers/addresses.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import type { Release } from '../servers/release.ts'
import type { RenderContext, Rendered } from '../servers/rendering.ts'
import type { StoreAdapter } from '../servers/store.ts'
import type { Topology } from '../topology/topology.ts'
import type { World } from './world.ts'

export interface RenderedServers {
  context: RenderContext
  mta: Rendered
  /** Absent where there is no store. */
  store?: Rendered
}

interface Sources {
  topology: Topology
  release: Release
  addresses: RigAddresses
  mta: MtaAdapter
  store: StoreAdapter
}

/** Makes a certificate and a configuration for each server. @throws {InputError} for what a server cannot do. */
export async function renderServers(world: World, sources: Sources): Promise<RenderedServers> {
  const { topology, release, addresses, mta, store } = sources
  // A rig that is kept is used by clients that may know it by address alone, and that of a way in.
  const published = world.engine.reach === 'exposed' ? ['127.0.0.1'] : []
  const known = (own: string, ...others: string[]): [string, ...string[]] | undefined =>
    world.run.keep === undefined ? undefined : [own, ...others, ...published]
  const [mtaTls, storeTls] = await Promise.all([
    world.certificates.of(topology.host, known(addresses.mta.internet, addresses.mta.lan)),
    world.certificates.of(RIG_NAMES.store, addresses.store === undefined ? undefined : known(addresses.store)),
  ])
  const context: RenderContext = { topology, release, addresses, tls: mtaTls }
  return {
    context,
    mta: mta.render(context),
    ...(addresses.store === undefined ? {} : { store: store.render({ ...context, tls: storeTls }) }),
  }
}
