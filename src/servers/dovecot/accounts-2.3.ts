import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'
import { PATHS } from './paths.ts'
import { DIALECTS, queries, type SqlDialect } from './sql.ts'

/** passdb and userdb in the language of Dovecot 2.3. */
export function accounts23({ topology }: RenderContext): string {
  if (topology.accounts === 'files') {
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

/** A quota rule; NULL sets none. */
function quotaRule({ concat }: SqlDialect): string {
  const rule = concat("'*:bytes='", 'coalesce(quota_storage, 0)', "':messages='", 'coalesce(quota_messages, 0)')
  return `CASE WHEN coalesce(quota_storage, quota_messages) IS NOT NULL THEN ${rule} END AS quota_rule`
}

/** The file that 2.3 has such settings in, where the accounts are on a server. */
export function accountFile23({ topology, addresses }: RenderContext): ServerFile[] {
  if (topology.accounts === 'files' || addresses.database === undefined) return []
  const dialect = DIALECTS[topology.accounts]
  if (dialect === undefined) return []
  const { name, user, password } = ACCOUNT_DATABASE
  const query = queries(dialect, '%Lu', quotaRule(dialect))
  const content = `\
driver = ${dialect.driver}
connect = host=${addresses.database} dbname=${name} user=${user} password=${password}
password_query = ${query.password}
user_query = ${query.user}
iterate_query = ${query.iterate}
`
  return [{ path: PATHS.sql, content, mode: 0o600 }]
}
