import { PostgreSqlContainer } from '@testcontainers/postgresql'
import { Wait } from 'testcontainers'
import { EngineError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import { publishAddress } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { engineRemedy } from './engine-remedy.ts'
import type { ExecResult } from './exec.ts'
import type { RigNetwork } from './networks.ts'
import { untilAccepting } from './postgres-accepts.ts'
import { removeContainer } from './sweep.ts'

// Imported where it is needed and not before: testcontainers costs 400 ms.

export interface PostgresSpec {
  /** Present already; made of docker/postgres. */
  image: string
  /** Unique in the engine. */
  name: string
  hostname: string
  network: RigNetwork
  /** IPv4 address in the network's subnet. */
  address: string
  account: { name: string; user: string; password: string; port: number }
  labels: Record<string, string>
}

export interface PostgresContainer {
  /** Where this host reaches the server. */
  endpoint: { host: string; port: number }
  /** Runs a command as the server's user. */
  exec(command: string[]): Promise<ExecResult>
  /** Removes it. Stopping twice does nothing. */
  stop(): Promise<void>
}

/** Of an idle machine. */
const READY_MS = 20_000

/**
 * Starts PostgreSQL through testcontainers' module, and resolves when it takes connections.
 *
 * @throws {EngineError} POSTGRES_NOT_STARTED; nothing is left of the container then.
 */
export async function startPostgres(engine: Engine, spec: PostgresSpec): Promise<PostgresContainer> {
  const container = new RigPostgres(engine, spec)
  try {
    const started = await container.start()
    const published = engine.reach === 'exposed'
    const endpoint = published
      ? { host: engine.publishedHost, port: started.getPort() }
      : { host: spec.address, port: spec.account.port }
    const { name: database, user, password } = spec.account
    await untilAccepting({ ...endpoint, database, user, password }, patience(READY_MS))
    return {
      endpoint,
      exec: (command) => started.exec(command),
      stop: () => removeContainer(engine.docker, started.getId()),
    }
  } catch (cause) {
    await container.discard()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(`${spec.name} did not start: ${reason}`, {
      code: 'POSTGRES_NOT_STARTED',
      remedy: /HTTP code/.test(reason)
        ? engineRemedy(reason)
        : 'See whether the image can be run at all: `mailrig build`, then the same command again.',
      cause,
    })
  }
}

/** The module's container with what its methods cannot say: a fixed address, and no port published where none can be. */
class RigPostgres extends PostgreSqlContainer {
  readonly #engine: Engine
  #id: string | undefined

  constructor(engine: Engine, spec: PostgresSpec) {
    super(spec.image)
    this.#engine = engine
    const { account, network } = spec
    this.withDatabase(account.name)
      .withUsername(account.user)
      .withPassword(account.password)
      .withName(spec.name)
      .withNetworkMode(network.name)
      .withDroppedCapabilities('ALL')
      // The run's own labels have it found and removed, whatever ends this process; the reaper would end kept rigs.
      .withLabels(spec.labels)
      .withAutoCleanup(false)
      .withStartupTimeout(patience(READY_MS))
      // Nothing of the module's: see untilAccepting.
      .withWaitStrategy(Wait.forAll([]))
    this.healthCheck = { test: ['CMD', 'true'] }
    this.createOpts.Healthcheck = { Test: ['NONE'] }
    this.createOpts.Hostname = spec.hostname
    this.createOpts.NetworkingConfig = {
      EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: spec.address } } },
    }
    if (engine.reach === 'exposed') {
      const HostIp = publishAddress(engine.endpoint)
      this.hostConfig.PortBindings = { [`${account.port}/tcp`]: [{ HostIp, HostPort: '0' }] }
    } else {
      // Nothing is published from a network that leads nowhere; the module would wait for it.
      this.exposedPorts = []
      delete this.hostConfig.PortBindings
    }
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#id = id
  }

  /** Removes what a start that failed has left. */
  async discard(): Promise<void> {
    if (this.#id !== undefined) await removeContainer(this.#engine.docker, this.#id)
  }
}
