import type { RunningAccounts } from './account-host.ts'

/**
 * The SQL server with a rig's accounts: PostgreSQL or MariaDB. src/servers/postgres/schema.ts and
 * src/servers/mariadb/schema.ts describe its tables.
 */
export interface Database extends RunningAccounts {
  /**
   * Runs a statement and gives its rows. Values are given apart: for `$1`, `$2`, … of PostgreSQL, and for each `?` of
   * MariaDB, whose columns all come as text.
   *
   * @throws what PostgreSQL says, as a DatabaseError of the package pg; what MariaDB says, as a {MailrigError}
   * STATEMENT_REFUSED.
   * @example
   * await database.query("INSERT INTO mailboxes (local_part, domain, password) VALUES ($1, 'example.com', 'secret')", ['lisa'])
   */
  // biome-ignore lint/suspicious/noExplicitAny: the type of a column is what the statement makes it
  query<Row extends Record<string, any> = Record<string, any>>(
    statement: string,
    values?: readonly unknown[],
  ): Promise<Row[]>
}
