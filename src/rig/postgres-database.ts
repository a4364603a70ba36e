import pg from 'pg'
import { RIG_NAMES } from '../dns/zone.ts'
import { imageTag } from '../engine/images.ts'
import { labelsOf } from '../engine/labels.ts'
import { type PostgresContainer, startPostgres } from '../engine/postgres-container.ts'
import { MailrigError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import { ACCOUNT_DATABASE } from '../servers/account-database.ts'
import { postgresRows } from '../servers/postgres/rows.ts'
import { SCHEMA } from '../servers/postgres/schema.ts'
import { accountsRefused, PAUSE, RESUME } from './account-host.ts'
import type { Database } from './database.ts'
import type { DatabaseOptions } from './database-options.ts'
import type { World } from './world.ts'

/** The folder under docker/. */
const SERVER = 'postgres'
const PORT = 5432
const CONNECT_MS = 5_000
/** A scenario may hold a lock on purpose, but nobody waits for ever. */
const QUERY_MS = 30_000
/** As user postgres, which the container runs as. */
const STOP = ['pg_ctl', 'stop', '--mode=fast', '--timeout=20']
const START = ['sh', '-c', 'echo > ~/start && exec timeout 20 sh -c "until pg_isready -q; do sleep 0.02; done"']

/**
 * Starts PostgreSQL for a rig, makes the tables and fills them with the topology's accounts.
 *
 * @throws {EngineError} when it does not start; {InputError} ACCOUNTS_REFUSED when a row breaks a rule of the tables.
 * Nothing is left behind in either case.
 */
export async function startPostgresDatabase(
  world: World,
  { topology, release, address }: DatabaseOptions,
): Promise<Database> {
  const container = await startPostgres(world.engine, {
    image: await imageTag(SERVER, release),
    name: `mailrig-${world.run.id}-${address.replaceAll('.', '-')}-${SERVER}`,
    hostname: RIG_NAMES.database,
    network: world.pair.networks.lan,
    address,
    account: { ...ACCOUNT_DATABASE, port: PORT },
    labels: labelsOf(world.run),
  })
  const { name: database, user, password } = ACCOUNT_DATABASE
  const pool = new pg.Pool({
    ...container.endpoint,
    database,
    user,
    password,
    connectionTimeoutMillis: patience(CONNECT_MS),
    query_timeout: patience(QUERY_MS),
    // A test may change the password that servers log in with, and then set it back.
    idleTimeoutMillis: 0,
    max: 2,
  })
  // Of a connection that idles when the server is stopped; the next query opens another.
  pool.on('error', () => undefined)
  const running = new PostgresDatabase(container, pool)
  try {
    await pool.query(SCHEMA + postgresRows(topology))
  } catch (cause) {
    await running.close()
    throw accountsRefused('PostgreSQL', cause instanceof Error ? cause.message : String(cause), cause)
  }
  return running
}

class PostgresDatabase implements Database {
  readonly endpoint: { host: string; port: number }
  readonly #container: PostgresContainer
  readonly #pool: pg.Pool

  constructor(container: PostgresContainer, pool: pg.Pool) {
    this.endpoint = container.endpoint
    this.#container = container
    this.#pool = pool
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Database
  async query<Row extends Record<string, any>>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(statement, [...values])).rows
  }

  async stop(): Promise<void> {
    await this.#run(STOP)
  }

  async start(): Promise<void> {
    await this.#run(START)
  }

  async pause(): Promise<void> {
    await this.#run(PAUSE)
  }

  async resume(): Promise<void> {
    await this.#run(RESUME)
  }

  async close(): Promise<void> {
    // Not waited for: the server goes as well.
    void this.#pool.end().catch(() => undefined)
    await this.#container.stop()
  }

  async #run(command: string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.#container.exec(command)
    if (exitCode === 0) return
    throw new MailrigError(
      `\`${command.join(' ')}\` in PostgreSQL ended with ${exitCode}\n${stderr || stdout}`.trim(),
      { code: 'COMMAND_FAILED' },
    )
  }
}
