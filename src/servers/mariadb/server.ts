import { startByPipe, stopByPid } from '../account-commands.ts'
import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { AccountServer } from '../account-server.ts'
import { mariadbRows } from './rows.ts'
import { SCHEMA } from './schema.ts'

/** The client on the server's own host, logged in as the administrator. */
export const CLIENT = ['mariadb', '--database', ACCOUNT_DATABASE.name]

/** MariaDB, as Debian has it. */
export const mariadb: AccountServer = {
  name: 'mariadb',
  title: 'MariaDB',
  port: 3306,
  ready: /: ready for connections\./,
  refuses: /\[ERROR\] Aborting/,
  capabilities: [],
  user: 'mysql',
  fill: (topology) => ({ command: CLIENT, input: SCHEMA + mariadbRows(topology) }),
  stop: stopByPid('/run/mysqld/mysqld.pid'),
  start: startByPipe('/var/lib/mysql/start', `${CLIENT.join(' ')} < /dev/null`),
}
