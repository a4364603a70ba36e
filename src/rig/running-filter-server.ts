import type { RunningHost } from '../engine/running-host.ts'
import { oneOfThese } from '../errors/did-you-mean.ts'
import { InputError, MailrigError } from '../errors/mailrig-error.ts'
import { startByPipe } from '../servers/account-commands.ts'
import type { FilterServer } from '../servers/filters/filter-server.ts'
import { FILTERS_IMAGE, filterServersOf } from '../servers/filters/filter-servers.ts'
import type { Topology } from '../topology/topology.ts'

/** One of Debian's filters in a rig: OpenDKIM, for example. */
export class RunningFilterServer {
  readonly name: string
  readonly #server: FilterServer
  readonly #host: RunningHost
  #stopped = false

  constructor(server: FilterServer, host: RunningHost) {
    this.name = server.name
    this.#server = server
    this.#host = host
  }

  /** Whether `stop` has ended it. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Ends it, as an administrator does; the MTA finds its port closed then. @throws {MailrigError} COMMAND_FAILED */
  async stop(): Promise<void> {
    if (this.#stopped) return
    await this.#run(stopGroup(`/run/filters/${this.name}.pid`))
    this.#stopped = true
  }

  /** Starts it again after `stop`; resolves when it takes connections. @throws {MailrigError} COMMAND_FAILED */
  async start(): Promise<void> {
    if (!this.#stopped) return
    const [port] = this.#server.ports
    await this.#run(startByPipe(`/run/filters/${this.name}.start`, `bash -c '< /dev/tcp/127.0.0.1/${port}'`))
    this.#stopped = false
  }

  /** What all filters of the rig have logged so far. */
  log(): string[] {
    return this.#host.logs.lines.map(({ text }) => text)
  }

  async #run(command: string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.#host.exec(command)
    if (exitCode === 0) return
    throw new MailrigError(
      `\`${command.join(' ')}\` for ${this.#server.title} ended with ${exitCode}\n${stderr || stdout}`.trim(),
      { code: 'COMMAND_FAILED' },
    )
  }
}

/** Ends a process and all that it has started, for it leads a group of its own (setsid(2)); 20 s are far more than they need. */
function stopGroup(pidFile: string): string[] {
  return [
    'bash',
    '-c',
    `pid=$(< ${pidFile}) && kill -TERM -- "-$pid" && exec timeout 20 bash -c "while kill -0 -- -$pid 2> /dev/null; do sleep 0.02; done"`,
  ]
}

/** The filters of a rig, by name. */
export function runningFilterServers(
  topology: Topology,
  hosts: ReadonlyMap<string, RunningHost>,
): Readonly<Record<string, RunningFilterServer>> {
  const host = hosts.get(FILTERS_IMAGE)
  if (!host) return {}
  return Object.fromEntries(
    filterServersOf(topology).map((server) => [server.name, new RunningFilterServer(server, host)]),
  )
}

/** @throws {InputError} UNKNOWN_FILTER naming those there are. */
export function filterServerNamed(
  servers: Readonly<Record<string, RunningFilterServer>>,
  name: string,
): RunningFilterServer {
  const found = servers[name]
  if (found) return found
  const names = Object.keys(servers)
  throw new InputError(
    names.length === 0
      ? 'none of the filters of Debian runs in this rig: its topology names none'
      : `${JSON.stringify(name)} does not run in this rig; ${oneOfThese(name, names)}`,
    {
      code: 'UNKNOWN_FILTER',
      remedy: names.length === 0 ? 'Name one: filters: { opendkim: {} } in the topology.' : 'Name one of them.',
    },
  )
}
