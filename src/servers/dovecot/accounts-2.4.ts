import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RenderContext } from '../rendering.ts'
import { ldap24 } from './ldap-2.4.ts'
import { PATHS } from './paths.ts'
import { DIALECTS, queries, type SqlDialect } from './sql.ts'

/** passdb and userdb in the language of Dovecot 2.4. */
export function accounts24({ topology, addresses }: RenderContext): string {
  if (topology.accounts === 'files' || addresses.database === undefined) {
    return `\
passdb passwd-file {
  passwd_file_path = ${PATHS.users}
  default_password_scheme = PLAIN
}
userdb passwd-file {
  passwd_file_path = ${PATHS.users}
}`
  }
  if (topology.accounts === 'ldap') return ldap24(addresses.database)
  return sql(DIALECTS[topology.accounts], addresses.database)
}

function sql(dialect: SqlDialect, address: string): string {
  const quota = 'quota_storage AS quota_storage_size, quota_messages AS quota_message_count'
  const query = queries(dialect, '%{user | lower}', quota)
  return `\
sql_driver = ${dialect.driver}
${dialect.driver} ${address} {
${login(dialect)}
}
passdb sql {
  query = ${query.password}
}
userdb sql {
  query = ${query.user}
  iterate_query = ${query.iterate}
}`
}

/** Of PostgreSQL these are parameters of its own library, of MariaDB settings of Dovecot. */
function login({ driver }: SqlDialect): string {
  const { name, user, password } = ACCOUNT_DATABASE
  const lines = [`dbname = ${name}`, `user = ${user}`, `password = ${password}`]
  const indented = (depth: string) => lines.map((line) => `${depth}${line}`).join('\n')
  return driver === 'pgsql' ? `  parameters {\n${indented('    ')}\n  }` : indented('  ')
}
