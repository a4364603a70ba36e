import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { AccountMap, AccountMapType } from './account-map-type.ts'

/** pgsql_table(5). */
export const pgsqlMap: AccountMapType = { type: 'pgsql', text: textOf("'@' || name") }

/** mysql_table(5). */
export const mysqlMap: AccountMapType = { type: 'mysql', text: textOf("concat('@', name)") }

/** @param atDomain the expression for the name of a domain behind an `@` */
function textOf(atDomain: string): AccountMapType['text'] {
  // Postfix puts what it looks up for `%s`, escaped.
  const queries: Record<AccountMap, string> = {
    aliases: "SELECT destination FROM aliases WHERE address = '%s'",
    mailboxes: "SELECT address FROM mailboxes WHERE address = '%s'",
    catch_alls: `SELECT catch_all FROM domains WHERE ${atDomain} = '%s' AND catch_all IS NOT NULL`,
    mailbox_domains: "SELECT name FROM domains WHERE name = '%s' AND kind = 'mailbox'",
    alias_domains: "SELECT name FROM domains WHERE name = '%s' AND kind = 'alias'",
  }
  return (map, address) =>
    [
      `hosts = ${address}`,
      `dbname = ${ACCOUNT_DATABASE.name}`,
      `user = ${ACCOUNT_DATABASE.user}`,
      `password = ${ACCOUNT_DATABASE.password}`,
      `query = ${queries[map]}`,
      '',
    ].join('\n')
}
