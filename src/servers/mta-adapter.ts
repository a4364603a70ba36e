import type { NativeWords } from '../topology/native.ts'
import type { Topology } from '../topology/topology.ts'
import type { Adoption } from './adoption.ts'
import type { Durability } from './durability.ts'
import type { Feature, StoreFeature } from './feature.ts'
import type { FilterProtocol } from './filters/filter-server.ts'
import type { LogEvent } from './log-event.ts'
import type { Mutation } from './mutation.ts'
import type { Memory, ServerHandle, Unlogged } from './operation.ts'
import type { QueueCommands, QueueEntry } from './queue.ts'
import type { Release } from './release.ts'
import type { RenderContext, Rendered } from './rendering.ts'

/** How an MTA is worked that runs as its package has it, with nothing of mailrig's beside it: its queue tells when it rests. */
export type AsPackaged = Required<Pick<MtaAdapter, 'queue' | 'flush'>>

/** Everything that mailrig knows about one mail transfer agent. It is in one folder under `src/servers/`, and nowhere else. */
export interface MtaAdapter {
  /** The word for it on the command line and in reports, e.g. `postfix`. Also its folder under `docker/`. */
  name: string
  /** Its proper name, as its greeting and manual have it, e.g. `Postfix`. */
  title: string
  /** What a topology may say to it in its own words, under `native` and its name; undefined where nothing. */
  native?: NativeWords
  /**
   * Feature → true, or the reason why not, in words for the reader of a report. `supportedOf` makes it of a list, for which
   * what is not listed is not there.
   */
  supports(feature: Feature, release: Release): true | string
  /** Features that it has from the mail store, which may not have what it takes. */
  fromStore?: Partial<Record<Feature, StoreFeature>>
  /** How it asks filters that run beside it: those of Debian that it does not ask are not started for it. Default: it asks none. */
  asksFilters?: readonly FilterProtocol[]
  /** Where its log does not tell what becomes of each message unless the programs of mailrig's image complete it. */
  asPackaged?: AsPackaged
  /** Topology → configuration. Pure; throws InputError where the topology asks for what this server cannot do. */
  render(context: RenderContext): Rendered
  /** The queue id in the reply to the end of DATA, or undefined when the reply is no acceptance. */
  queueIdOf(reply: { code: number; text: string }): string | undefined
  /** What one line of the container's output says; `raw` where it is not understood. */
  readLog(line: string, stream?: 'stdout' | 'stderr'): LogEvent
  /** How to see that nothing is under way which the log does not show. */
  unlogged(topology: Topology): Unlogged
  /** Command that prints the queue, and its reader. Pure but for the command. */
  queue: { command: string[]; parse(stdout: string): QueueEntry[] } & QueueCommands
  /** Command that makes the daemon try everything in the queue now. */
  flush: string[]
  /** Compiles the lookup tables that this server compiles (postmap, newaliases, makemap); undefined where it has none. */
  compileTables?: string[]
  /** Undefined: it takes part in no rig with faults. */
  durability?: Durability
  /** Undefined where it keeps nothing that a later message could meet. */
  memory?: Memory
  /** What is known of configurations that mailrig did not render. Absent: nothing, beside what src/targets/adopted knows. */
  adoption?: Adoption
  /** Which files `mailrig mutate` changes, and how. Absent: none. */
  mutation?: Mutation
  /** Makes the running daemon read its configuration again, and resolves when it has. */
  reload(server: ServerHandle): Promise<void>
  /** Command that prints the version, and its reader, e.g. `3.7.11`. */
  version: { command: string[]; parse(stdout: string): string }
}
