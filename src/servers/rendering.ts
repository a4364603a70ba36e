import type { Renewal } from '../engine/renewal-spec.ts'
import type { ServerFile } from '../engine/server-file.ts'
import type { RigAddresses } from '../surroundings/rig-addresses.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import type { Topology } from '../topology/topology.ts'
import type { StoreLacks } from './feature.ts'
import type { Release } from './release.ts'

export type { Renewal } from '../engine/renewal-spec.ts'
export type { ServerFile } from '../engine/server-file.ts'
export type { ServerCertificate } from '../tls/server-certificate.ts'

export interface RenderContext {
  topology: Topology
  release: Release
  addresses: RigAddresses
  tls: ServerCertificate
  /** Whether what it promises to keep has to survive a power cut, as its package has it. Default: no, which is faster. */
  durable?: boolean
  /** What the mail store of the rig has not, and why. Default: it has all. */
  storeLacks?: StoreLacks
}

/** What a container is made of, beyond its image. */
export interface Rendered {
  files: ServerFile[]
  environment?: Record<string, string>
  /** Linux capabilities kept; all others are dropped. */
  capabilities: string[]
  /** Ports whose greeting means "ready", with the text it begins with, e.g. `{ 25: '220' }`. */
  greetings: Record<number, string>
  /**
   * A log line after which the server will never greet, though it runs on: each process of it that is to serve dies of
   * the configuration, or it waits for what cannot come.
   */
  refuses?: RegExp
  /** How a running server goes on with other data where nothing else differs. Absent: each rig boots its own. */
  renewal?: Renewal
}
