import { RunningMta } from '../../rig/running-mta.ts'
import type { MtaAdapter } from '../../servers/mta-adapter.ts'
import type { Unlogged } from '../../servers/operation.ts'
import { mtaNamed } from '../../servers/registry.ts'
import type { RenderContext } from '../../servers/rendering.ts'
import type { MtaServer } from '../../servers/server.ts'
import { hostLogReader } from './read-host-log.ts'
import type { ServedHost } from './served-host.ts'

/** What runs on the host beside the MTA, and makes no mail of its own accord. */
const NEIGHBOURS =
  /^(?:\S*dovecot\/|\/usr\/sbin\/dovecot\b|syslogd\b|\S*perl \S*mailrig-stubs\b|logger -t mailrig-stub)/

/** The MTA of an adopted host, watched by its adapter: its queue, its log. Undefined where it has none. */
export function adoptedMta({ adopted, container, context }: ServedHost): RunningMta | undefined {
  const name = adopted.survey.mta?.name
  if (name === undefined) return undefined
  const server = withNeighbours(mtaNamed(name))
  const carried = { role: 'mta', server, release: context.release, files: [], logIsKnown: false } as const
  const { topology, addresses } = context
  const restsByQueue = container.untilQuiet === undefined && server.queue !== undefined
  return new RunningMta(carried, { container, topology, addresses, restsByQueue })
}

/** Dovecot and the filters are on the same machine here. */
function withNeighbours(adapter: MtaAdapter): MtaServer {
  const { unlogged, asPackaged, ...server } = adapter
  return {
    ...server,
    ...asPackaged,
    readLog: hostLogReader(adapter.readLog),
    // Where it is watched by its queue alone, its log does not tell when all is done: what asks for that is unsupported.
    ...(asPackaged
      ? {}
      : {
          unlogged(topology: RenderContext['topology']): Unlogged {
            const usual = unlogged.call(adapter, topology)
            return { ...usual, own: new RegExp(`${usual.own.source}|${NEIGHBOURS.source}`) }
          },
        }),
  }
}
