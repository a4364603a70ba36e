import type { InitRequest } from './init-channel.ts'

/** A server that goes on without a rig, until one wants it with other data or the container for another server. */
export interface Resting {
  /** Of all that its next rig has to have alike. */
  key: string
  /** The request that booted it. */
  boot: InitRequest
}
