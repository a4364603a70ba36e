import type { Topology } from '../topology/topology.ts'

/** Software that keeps a rig's accounts, and that the mail servers ask: how it is run. */
export interface AccountServer {
  /** Its folder under docker/. */
  name: string
  title: string
  port: number
  /** A line of its log: it takes connections. */
  ready: RegExp
  /** A line of its log after which it never will. */
  refuses: RegExp
  /** Linux capabilities of its container. */
  capabilities: readonly string[]
  /** The user whom commands in the container run as. */
  user: string
  /** The command that takes a topology's accounts, and what it reads. */
  fill(topology: Topology): { command: string[]; input: string }
  /** Ends the server while its container stays. */
  stop: string[]
  /** Starts it again after `stop`, and ends when it takes connections. */
  start: string[]
}
