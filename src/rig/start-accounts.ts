import type { AccountSource } from '../servers/account-servers.ts'
import type { RunningAccounts } from './account-host.ts'
import type { Database } from './database.ts'
import type { DatabaseOptions } from './database-options.ts'
import type { Directory } from './directory.ts'
import type { World } from './world.ts'

/** The server with the accounts of a rig, by the words that it is asked in. */
export interface StartedAccounts {
  running: RunningAccounts
  database?: Database
  directory?: Directory
}

type Start = (world: World, options: DatabaseOptions) => Promise<StartedAccounts>

/** Each is loaded for the rigs that need it: a few hundred ms. */
const STARTS: Record<AccountSource, Start> = {
  async postgresql(world, options) {
    const database = await (await import('./postgres-database.ts')).startPostgresDatabase(world, options)
    return { running: database, database }
  },
  async mariadb(world, options) {
    const database = await (await import('./mariadb-database.ts')).startMariaDb(world, options)
    return { running: database, database }
  },
  async ldap(world, options) {
    const directory = await (await import('./directory.ts')).startDirectory(world, options)
    return { running: directory, directory }
  },
}

/** Starts the server with the accounts of a rig. */
export function startAccounts(world: World, source: AccountSource, options: DatabaseOptions): Promise<StartedAccounts> {
  return STARTS[source](world, options)
}
