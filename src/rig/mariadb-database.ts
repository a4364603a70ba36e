import { InputError, MailrigError } from '../errors/mailrig-error.ts'
import { readRows } from '../servers/mariadb/read-rows.ts'
import { CLIENT, mariadb } from '../servers/mariadb/server.ts'
import { type StatementValue, statementText } from '../servers/mariadb/statement.ts'
import { AccountHost, startAccountHost } from './account-host.ts'
import type { Database } from './database.ts'
import type { DatabaseOptions } from './database-options.ts'
import type { World } from './world.ts'

/** Starts MariaDB for a rig, makes the tables and fills them. @throws as `startAccountHost` does */
export function startMariaDb(world: World, options: DatabaseOptions): Promise<Database> {
  return startAccountHost(world, mariadb, options, MariaDb)
}

class MariaDb extends AccountHost implements Database {
  // biome-ignore lint/suspicious/noExplicitAny: see Database
  async query<Row extends Record<string, any>>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    const text = statementText(statement, values.map(statementValue))
    const { exitCode, stdout, stderr } = await this.exec([...CLIENT, '--xml'], text)
    if (exitCode === 0) return readRows(stdout) as Row[]
    throw new MailrigError(`MariaDB: ${stderr.trim()}`, {
      code: 'STATEMENT_REFUSED',
      remedy: 'See the statement; src/servers/mariadb/schema.ts has the tables.',
    })
  }
}

/** @throws {InputError} STATEMENT_VALUE */
function statementValue(value: unknown): StatementValue {
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value as StatementValue
  throw new InputError(`a value of a statement is a text, a number, true, false or null, and not ${String(value)}`, {
    code: 'STATEMENT_VALUE',
    remedy: 'Write what the column is to hold as a text.',
  })
}
