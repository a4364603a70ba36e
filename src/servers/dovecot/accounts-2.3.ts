import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'
import { PATHS } from './paths.ts'
import { queries } from './sql.ts'

/** passdb and userdb in the language of Dovecot 2.3. */
export function accounts23({ addresses }: RenderContext): string {
  if (addresses.database === undefined) {
    return `\
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu ${PATHS.users}
}
userdb {
  driver = passwd-file
  args = username_format=%Lu ${PATHS.users}
}`
  }
  return `\
passdb {
  driver = sql
  args = ${PATHS.sql}
}
userdb {
  driver = sql
  args = ${PATHS.sql}
}`
}

const QUOTA =
  "CASE WHEN coalesce(quota_storage, quota_messages) IS NOT NULL THEN '*:bytes=' || coalesce(quota_storage, 0)" +
  " || ':messages=' || coalesce(quota_messages, 0) END AS quota_rule"

/** dovecot-sql.conf.ext, where the accounts are in tables. */
export function sqlFile23({ addresses }: RenderContext): ServerFile[] {
  if (addresses.database === undefined) return []
  const { name, user, password } = ACCOUNT_DATABASE
  const query = queries('%Lu', QUOTA)
  const content = `\
driver = pgsql
connect = host=${addresses.database} dbname=${name} user=${user} password=${password}
password_query = ${query.password}
user_query = ${query.user}
iterate_query = ${query.iterate}
`
  return [{ path: PATHS.sql, content, mode: 0o600 }]
}
