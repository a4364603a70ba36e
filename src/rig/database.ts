import type pg from 'pg'
import { RIG_NAMES } from '../dns/zone.ts'
import { imageTag } from '../engine/images.ts'
import { labelsOf } from '../engine/labels.ts'
import type { PostgresContainer } from '../engine/postgres-container.ts'
import { InputError, MailrigError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import { ACCOUNT_DATABASE } from '../servers/account-database.ts'
import { accountRows } from '../servers/postgres/rows.ts'
import { SCHEMA } from '../servers/postgres/schema.ts'
import type { Release } from '../servers/release.ts'
import type { Topology } from '../topology/topology.ts'
import type { World } from './world.ts'

/** The folder under docker/. */
export const DATABASE_SERVER = 'postgres'

const CONNECT_MS = 5_000
/** A scenario may hold a lock on purpose, but nobody waits for ever. */
const QUERY_MS = 30_000
/** As user postgres, which the container runs as. */
const STOP = ['pg_ctl', 'stop', '--mode=fast', '--timeout=20']
const START = ['sh', '-c', 'echo > ~/start && exec timeout 20 sh -c "until pg_isready -q; do sleep 0.02; done"']

export interface DatabaseOptions {
  topology: Topology
  release: Release
  /** On the lan. */
  address: string
}

/**
 * Starts PostgreSQL for a rig, makes the tables and fills them with the topology's accounts.
 *
 * @throws {EngineError} when it does not start; {InputError} ACCOUNTS_REFUSED when a row breaks a rule of the tables.
 * Nothing is left behind in either case.
 */
export async function startDatabase(world: World, { topology, release, address }: DatabaseOptions): Promise<Database> {
  // Each is loaded for the rigs that need it: a few hundred ms.
  const [{ startPostgres }, { default: pg }] = await Promise.all([
    import('../engine/postgres-container.ts'),
    import('pg'),
  ])
  const container = await startPostgres(world.engine, {
    image: await imageTag(DATABASE_SERVER, release),
    name: `mailrig-${world.run.id}-${address.replaceAll('.', '-')}-${DATABASE_SERVER}`,
    hostname: RIG_NAMES.database,
    network: world.pair.networks.lan,
    address,
    account: ACCOUNT_DATABASE,
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
    max: 2,
  })
  // Of a connection that idles when the server is stopped; the next query opens another.
  pool.on('error', () => undefined)
  const running = new Database(container, pool)
  try {
    await pool.query(SCHEMA + accountRows(topology))
  } catch (cause) {
    await running.close()
    throw new InputError(`PostgreSQL refuses the accounts: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'ACCOUNTS_REFUSED',
      remedy: 'Names are folded to lower case in the tables; see that no two of a domain are alike then.',
      cause,
    })
  }
  return running
}

/** The PostgreSQL server with a rig's accounts. src/servers/postgres/schema.ts describes its tables. */
export class Database {
  /** Where this host reaches the server. */
  readonly endpoint: { host: string; port: number }
  readonly #container: PostgresContainer
  readonly #pool: pg.Pool

  constructor(container: PostgresContainer, pool: pg.Pool) {
    this.endpoint = container.endpoint
    this.#container = container
    this.#pool = pool
  }

  /**
   * Runs a statement and gives its rows. Values for `$1`, `$2`, … are given apart.
   *
   * @throws {DatabaseError} of the package pg, with PostgreSQL's own message.
   * @example
   * await database.query("INSERT INTO mailboxes (local_part, domain, password) VALUES ($1, 'example.com', 'secret')", ['lisa'])
   */
  async query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    statement: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.#pool.query<Row>(statement, [...values])).rows
  }

  /** Stops the server as an administrator does: sessions are ended, and further connections are refused. */
  async stop(): Promise<void> {
    await this.#run(STOP)
  }

  /** Starts the server again after `stop`; resolves when it takes connections. */
  async start(): Promise<void> {
    await this.#run(START)
  }

  /** Ends this process' connections and removes the container. */
  async close(): Promise<void> {
    // Not waited for: the server goes as well.
    void this.#pool.end().catch(() => undefined)
    await this.#container.stop()
  }

  async #run(command: string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.#container.exec(command)
    if (exitCode === 0) return
    throw new MailrigError(
      `\`${command.join(' ')}\` in the database ended with ${exitCode}\n${stderr || stdout}`.trim(),
      {
        code: 'COMMAND_FAILED',
      },
    )
  }
}
