/**
 * How a configuration file is written, as far as it matters to who changes one line of it:
 *
 * - `parameters`: `name = value`, a line that begins with white space goes on with the last (postconf(5))
 * - `services`: one service a line, in columns, with `-o name=value` (master(5))
 * - `table`: a key and what it leads to (postmap(1), aliases(5))
 * - `access-table`: a key and what is done about it (access(5))
 * - `sections`: main options, then `begin acl`, `begin routers` … (the Exim specification, chapter 6)
 * - `macros`: calls of m4(1), with quotes `…' (cf/README of sendmail)
 * - `rules`: a directive a line, of which `match` counts in order (smtpd.conf(5))
 * - `blocks`: `name = value` and `name { … }` (doveconf(1))
 * - `sieve`: commands of RFC 5228
 */
export type ConfigFormat =
  | 'parameters'
  | 'services'
  | 'table'
  | 'access-table'
  | 'sections'
  | 'macros'
  | 'rules'
  | 'blocks'
  | 'sieve'

/** What a server says of its configuration, for who changes it line by line (`mailrig mutate`). */
export interface Mutation {
  /** The format of a file of its configuration; undefined for what is none of its, such as a key or a compiled table. */
  formatOf(path: string): ConfigFormat | undefined
  /**
   * Lines by which mailrig sees what happens, as the log: without them no test can run, which tells nothing of the test. They
   * are not changed.
   */
  instruments?: RegExp
  /**
   * Prints the configuration as the server has understood it, defaults among them. Where a change of one of these files
   * leaves the output as it was, the server does not see the change. Absent: nothing tells.
   */
  dump?: { command: readonly string[]; covers(path: string): boolean }
}
