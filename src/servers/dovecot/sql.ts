import { MAIL_ROOT } from './users.ts'

/**
 * What Dovecot asks the tables of src/servers/postgres/schema.ts. A variable stands for the name that the client sent, in
 * lower case; Dovecot escapes it.
 */
export interface Queries {
  password: string
  user: string
  /** For commands about all users. */
  iterate: string
}

/**
 * @param name the variable, e.g. `%Lu`.
 * @param quota columns of the user query, in the words of the release. NULL sets nothing.
 */
export function queries(name: string, quota: string): Queries {
  return {
    password: `SELECT '{PLAIN}' || password AS password FROM mailboxes WHERE ${is(name)}`,
    user: `SELECT ${HOME} AS home, ${quota}, ${DEFERRING} FROM mailboxes WHERE ${is(name)}`,
    iterate: 'SELECT address AS user FROM mailboxes',
  }
}

/**
 * Dovecot escapes by way of a connection. While the database is away it has none, puts nothing in place of the name, and
 * sends that query when the database is back: no row would mean "no such user", and the mail would bounce. An error of
 * the query, here by division, is a temporary failure.
 */
function is(name: string): string {
  return `address = '${name}' AND 1 / length('${name}') IS NOT NULL`
}

/** As `mailboxHome` in users.ts has it: where the Sieve scripts of the topology lie. */
const HOME =
  `'${MAIL_ROOT}/' || domain || '/' || (SELECT string_agg(CASE WHEN c ~ '[a-z0-9._+-]' THEN c ` +
  "ELSE '=' || encode(convert_to(c, 'UTF8'), 'hex') END, '') FROM regexp_split_to_table(local_part, '') AS c)"

const DEFERRING = "CASE quota_full WHEN 'defer' THEN 'yes' END AS quota_full_tempfail"
