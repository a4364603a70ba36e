import { MAIL_ROOT } from './users.ts'

/**
 * What Dovecot asks the tables of src/servers/postgres/schema.ts and src/servers/mariadb/schema.ts. A variable stands for
 * the name that the client sent, in lower case; Dovecot escapes it.
 */
export interface Queries {
  password: string
  user: string
  /** For commands about all users. */
  iterate: string
}

/** How an SQL server writes what those queries are made of. */
export interface SqlDialect {
  /** Dovecot's driver. */
  driver: string
  concat(...parts: string[]): string
  /** The condition that a row is that of `name`. */
  is(name: string): string
  /** `mailboxHome` of users.ts behind the domain: where the Sieve scripts of the topology lie. */
  folder: string
}

/**
 * Dovecot escapes by way of a connection. While PostgreSQL is away it has none, puts nothing in place of the name, and
 * sends that query when the database is back: no row would mean "no such user", and the mail would bounce. An error of
 * the query, here by division, is a temporary failure. For MariaDB it needs no connection to escape.
 */
const PGSQL: SqlDialect = {
  driver: 'pgsql',
  concat: (...parts) => parts.join(' || '),
  is: (name) => `address = '${name}' AND 1 / length('${name}') IS NOT NULL`,
  folder:
    "(SELECT string_agg(CASE WHEN c ~ '[a-z0-9._+-]' THEN c " +
    "ELSE '=' || encode(convert_to(c, 'UTF8'), 'hex') END, '') FROM regexp_split_to_table(local_part, '') AS c)",
}

/** What else a local part is made of (RFC 5321 §4.1.2, Atom); `=` first, as the others are written with one. */
const SPECIAL = [..."=!#$%&'*/?^`{|}~"].map((char) => char.charCodeAt(0))

/** Characters by their numbers: Dovecot would read `%` and `#` of its configuration itself. */
const MYSQL: SqlDialect = {
  driver: 'mysql',
  concat: (...parts) => `concat(${parts.join(', ')})`,
  is: (name) => `address = '${name}'`,
  folder: SPECIAL.reduce((text, code) => `replace(${text}, char(${code}), '=${code.toString(16)}')`, 'local_part'),
}

export const DIALECTS: Readonly<Record<'postgresql' | 'mariadb', SqlDialect>> = { postgresql: PGSQL, mariadb: MYSQL }

/**
 * @param name the variable, e.g. `%Lu`.
 * @param quota columns of the user query, in the words of the release. NULL sets nothing.
 */
export function queries({ concat, is, folder }: SqlDialect, name: string, quota: string): Queries {
  const home = concat(`'${MAIL_ROOT}/'`, 'domain', "'/'", folder)
  return {
    password: `SELECT ${concat("'{PLAIN}'", 'password')} AS password FROM mailboxes WHERE ${is(name)}`,
    user: `SELECT ${home} AS home, ${quota}, ${DEFERRING} FROM mailboxes WHERE ${is(name)}`,
    iterate: 'SELECT address AS user FROM mailboxes',
  }
}

const DEFERRING = "CASE quota_full WHEN 'defer' THEN 'yes' END AS quota_full_tempfail"
