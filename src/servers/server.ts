import type { MtaAdapter } from './mta-adapter.ts'
import type { StoreAdapter } from './store.ts'

/**
 * How one MTA is watched and worked: reading its log, its queue, flush, reload, version. Each part but the name is
 * optional; what is missing makes whatever needs it *unsupported*. An `MtaAdapter` has all of them, and how to render.
 */
export type MtaServer = Pick<MtaAdapter, 'name'> &
  Partial<
    Pick<
      MtaAdapter,
      | 'supports'
      | 'queueIdOf'
      | 'readLog'
      | 'unlogged'
      | 'queue'
      | 'flush'
      | 'compileTables'
      | 'durability'
      | 'memory'
      | 'mutation'
      | 'reload'
      | 'version'
    >
  >

/** How one mail store is watched and worked. Each part but the name is optional, as with {@link MtaServer}. */
export type StoreServer = Pick<StoreAdapter, 'name'> & Partial<Omit<StoreAdapter, 'name' | 'render'>>
