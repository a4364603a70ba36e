import { RIG_NAMES } from '../dns/zone.ts'
import type { ExecResult } from '../engine/exec.ts'
import { startImageHost } from '../engine/image-host.ts'
import { imageTag } from '../engine/images.ts'
import { labelsOf } from '../engine/labels.ts'
import type { RunningHost } from '../engine/running-host.ts'
import { InputError, MailrigError } from '../errors/mailrig-error.ts'
import type { AccountServer } from '../servers/account-server.ts'
import type { DatabaseOptions } from './database-options.ts'
import type { World } from './world.ts'

/** What a server with a rig's accounts has, whatever software it is. */
export interface RunningAccounts {
  /** Where this host reaches the server. */
  readonly endpoint: { host: string; port: number }
  /** Stops the server as an administrator does: sessions are ended, and further connections are refused. */
  stop(): Promise<void>
  /** Starts the server again after `stop`; resolves when it takes connections. */
  start(): Promise<void>
  /** Halts the server without ending anything: who asks it gets no answer, until `resume`. */
  pause(): Promise<void>
  /** Lets the server go on after `pause`. It then answers what it was asked meanwhile. */
  resume(): Promise<void>
  /** Ends this process' connections and removes the container. */
  close(): Promise<void>
}

/** Each process of the container but the one that sends: kill(2). Those of an engine's own are in no container. */
export const PAUSE = ['sh', '-c', 'kill -STOP -1']
export const RESUME = ['sh', '-c', 'kill -CONT -1']

/** A server with a rig's accounts in a host of its own. */
export class AccountHost implements RunningAccounts {
  readonly endpoint: { host: string; port: number }
  readonly #host: RunningHost
  readonly #server: AccountServer

  constructor(host: RunningHost, server: AccountServer) {
    this.endpoint = host.endpoint(server.port, 'lan')
    this.#host = host
    this.#server = server
  }

  async stop(): Promise<void> {
    await this.run(this.#server.stop)
  }

  async start(): Promise<void> {
    await this.run(this.#server.start)
  }

  async pause(): Promise<void> {
    await this.run(PAUSE)
  }

  async resume(): Promise<void> {
    await this.run(RESUME)
  }

  async close(): Promise<void> {
    await this.#host.stop()
  }

  /** Runs a command in the container. @throws {MailrigError} COMMAND_FAILED */
  async run(command: string[], input?: string): Promise<ExecResult> {
    const result = await this.exec(command, input)
    if (result.exitCode === 0) return result
    throw new MailrigError(
      `\`${command.join(' ')}\` in ${this.#server.title} ended with ${result.exitCode}\n${result.stderr || result.stdout}`.trim(),
      { code: 'COMMAND_FAILED' },
    )
  }

  /** The same, and its result whatever that is. */
  async exec(command: string[], input?: string): Promise<ExecResult> {
    return this.#host.exec(command, { user: this.#server.user, ...(input === undefined ? {} : { input }) })
  }
}

/**
 * Starts a server for a rig and gives it the topology's accounts.
 *
 * @throws {EngineError} when it does not start; {InputError} ACCOUNTS_REFUSED when it refuses an account. Nothing is left
 * behind in either case.
 *
 * @param Running in whose words the server is worked
 */
export async function startAccountHost<Running extends AccountHost>(
  world: World,
  server: AccountServer,
  { topology, release, address }: DatabaseOptions,
  Running: new (host: RunningHost, server: AccountServer) => Running,
): Promise<Running> {
  const { engine, pair, dns, entrance, run } = world
  const host = await startImageHost(engine, {
    image: await imageTag(server.name, release),
    name: `mailrig-${run.id}-${address.replaceAll('.', '-')}-${server.name}`,
    hostname: RIG_NAMES.database,
    addresses: { lan: address },
    labels: labelsOf(run),
    pair,
    dns,
    entrance,
    files: [],
    capabilities: server.capabilities,
    publish: [server.port],
    readiness: [{ kind: 'log', pattern: server.ready }],
    refuses: server.refuses,
  })
  const running = new Running(host, server)
  const { command, input } = server.fill(topology)
  const { exitCode, stderr } = await running.exec(command, input).catch(async (error: unknown) => {
    await running.close()
    throw error
  })
  if (exitCode === 0) return running
  await running.close()
  throw accountsRefused(server.title, stderr.trim())
}

export function accountsRefused(title: string, reason: string, cause?: unknown): InputError {
  return new InputError(`${title} refuses the accounts: ${reason}`, {
    code: 'ACCOUNTS_REFUSED',
    remedy: 'Names are folded to lower case there; see that no two of a domain are alike then.',
    ...(cause === undefined ? {} : { cause }),
  })
}
