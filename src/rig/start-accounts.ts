import type { AccountSource } from '../servers/account-servers.ts'
import type { Database } from './database.ts'
import type { DatabaseOptions } from './database-options.ts'
import type { World } from './world.ts'

type Start = (world: World, options: DatabaseOptions) => Promise<Database>

/** Each is loaded for the rigs that need it: a few hundred ms. */
const STARTS: Record<AccountSource, Start> = {
  postgresql: async (world, options) => (await import('./postgres-database.ts')).startPostgresDatabase(world, options),
  mariadb: async (world, options) => (await import('./mariadb-database.ts')).startMariaDb(world, options),
}

/** Starts the server with the accounts of a rig. */
export function startAccounts(world: World, source: AccountSource, options: DatabaseOptions): Promise<Database> {
  return STARTS[source](world, options)
}
