import type { HostPlan } from '../engine/host-plan.ts'
import type { AccountSource } from '../servers/account-servers.ts'
import type { Release } from '../servers/release.ts'
import type { ServerFile } from '../servers/rendering.ts'
import type { MtaServer, StoreServer } from '../servers/server.ts'
import type { HostOutline, HostPlace, Surroundings } from '../surroundings/surroundings.ts'
import type { Topology } from '../topology/topology.ts'
import type { Facts } from './facts.ts'

/** What is under test: one column of the matrix. */
export interface Target {
  /** The word for it on the command line and in reports. */
  name: string
  source: Source
}

/**
 * Makes the plan of a target's hosts, in these surroundings. A source takes a place for each of its hosts, so that it knows
 * all addresses before anything starts.
 *
 * @throws {UnsupportedError} where its servers cannot do what the topology asks for; {InputError} for anything wrong in
 * what it is made of
 */
export type Source = (surroundings: Surroundings, topology: Topology) => Promise<TargetPlan>

export interface TargetPlan {
  /** One of them carries the MTA. */
  hosts: readonly PlannedHost[]
  /** The server with the accounts, where the topology has them in tables. */
  database?: DatabasePlan
  /** What tests may rely on. Default: what the topology says. */
  facts?: Facts
}

/** A host with its place in the networks, and the servers that run there: an MTA, a store, or both. */
export interface PlannedHost extends Omit<HostPlan, 'image' | 'firstProcess' | 'volumes' | 'command'> {
  outline: HostOutline
  /** As {@link Surroundings.place} gave it. */
  place: HostPlace
  servers: readonly CarriedServer[]
  /** Nobody connects to it before the database is up. */
  afterDatabase?: boolean
}

export interface DatabasePlan {
  source: AccountSource
  /** On the lan. */
  address: string
  release: Release
}

export type CarriedServer = CarriedMta | CarriedStore

/** A server on a host. */
export interface Carried {
  /** The Debian release it comes from, or what else tells one from another in reports. */
  release: string
  /** Its configuration, as far as it is known. */
  files: readonly ServerFile[]
}

export interface CarriedMta extends Carried {
  role: 'mta'
  server: MtaServer
  /** Its files for another topology. Absent where nobody renders them. */
  render?: (topology: Topology) => readonly ServerFile[]
  /**
   * Whether each line of its log about a message is of a kind that mailrig knows, because mailrig wrote the configuration:
   * one that it cannot read is then mailrig's fault, and fails the file. Elsewhere it is a note in the report.
   */
  logIsKnown: boolean
}

export interface CarriedStore extends Carried {
  role: 'store'
  server: StoreServer
}
