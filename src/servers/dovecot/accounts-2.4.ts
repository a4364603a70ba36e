import { ACCOUNT_DATABASE } from '../account-database.ts'
import type { RenderContext } from '../rendering.ts'
import { PATHS } from './paths.ts'
import { queries } from './sql.ts'

/** passdb and userdb in the language of Dovecot 2.4. */
export function accounts24({ addresses }: RenderContext): string {
  if (addresses.database === undefined) {
    return `\
passdb passwd-file {
  passwd_file_path = ${PATHS.users}
  default_password_scheme = PLAIN
}
userdb passwd-file {
  passwd_file_path = ${PATHS.users}
}`
  }
  const { name, user, password } = ACCOUNT_DATABASE
  const query = queries('%{user | lower}', 'quota_storage AS quota_storage_size, quota_messages AS quota_message_count')
  return `\
sql_driver = pgsql
pgsql ${addresses.database} {
  parameters {
    dbname = ${name}
    user = ${user}
    password = ${password}
  }
}
passdb sql {
  query = ${query.password}
}
userdb sql {
  query = ${query.user}
  iterate_query = ${query.iterate}
}`
}
