import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RenderContext, ServerFile } from '../rendering.ts'
import { ldapConf23 } from './ldap-2.3.ts'
import { PATHS } from './paths.ts'
import { DIALECTS, queries, type SqlDialect } from './sql.ts'

/** passdb and userdb in the language of Dovecot 2.3. */
export function accounts23({ topology }: RenderContext): string {
  switch (topology.accounts) {
    case 'files':
      return `\
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu ${PATHS.users}
}
userdb {
  driver = passwd-file
  args = username_format=%Lu ${PATHS.users}
}`
    case 'ldap':
      return both('ldap', PATHS.ldap)
    case 'postgresql':
    case 'mariadb':
      return both('sql', PATHS.sql)
  }
}

function both(driver: string, path: string): string {
  return ['passdb', 'userdb'].map((name) => `${name} {\n  driver = ${driver}\n  args = ${path}\n}`).join('\n')
}

/** The file that 2.3 has such settings in, where the accounts are on a server. It has a password in it. */
export function accountFile23({ topology, addresses }: RenderContext): ServerFile[] {
  if (topology.accounts === 'files' || addresses.database === undefined) return []
  const [path, content] =
    topology.accounts === 'ldap'
      ? [PATHS.ldap, ldapConf23(addresses.database)]
      : [PATHS.sql, sqlConf23(DIALECTS[topology.accounts], addresses.database)]
  return [{ path, content, mode: 0o600 }]
}

function sqlConf23(dialect: SqlDialect, address: string): string {
  const { name, user, password } = ACCOUNT_DATABASE
  const query = queries(dialect, '%Lu', quotaRule(dialect))
  return `\
driver = ${dialect.driver}
connect = host=${address} dbname=${name} user=${user} password=${password}
password_query = ${query.password}
user_query = ${query.user}
iterate_query = ${query.iterate}
`
}

/** A quota rule; NULL sets none. */
function quotaRule({ concat }: SqlDialect): string {
  const rule = concat("'*:bytes='", 'coalesce(quota_storage, 0)', "':messages='", 'coalesce(quota_messages, 0)')
  return `CASE WHEN coalesce(quota_storage, quota_messages) IS NOT NULL THEN ${rule} END AS quota_rule`
}
