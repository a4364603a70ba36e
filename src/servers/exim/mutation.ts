import type { Mutation } from '../mutation.ts'

/** Files of Exim's folder that are no lookup table. */
const OTHER = /\.(?:crt|key|pem|db|dir|pag|cdb|template)$|\/conf\.d\/|\/update-exim4\.conf\.conf$/

/** As Exim has understood it: options with their values, and what has none, such as an ACL, as it is written (exim(8), -bP). */
const DUMP = [
  'for part in "" routers transports authenticators; do exim4 -bP $part || exit; done',
  // Main options and drivers come above, defaults among them; of the text, macros are expanded and comments gone.
  "exim4 -bP config | awk '/^begin /{ own = /^begin (acl|retry|rewrite)/ } own || /^ *(domain|host|address|localpart)list /'",
].join('; ')

const SECTIONS = /^\/etc\/exim4\/(?:exim4\.conf(?:\.template)?|conf\.d\/.*)$/

export const mutation: Mutation = {
  formatOf(path) {
    if (SECTIONS.test(path)) return 'sections'
    if (path === '/etc/aliases' || path === '/etc/email-addresses') return 'table'
    return path.startsWith('/etc/exim4/') && !OTHER.test(path) ? 'table' : undefined
  },
  instruments: /^(?:log_selector|log_file_path|syslog_\w+|spool_directory)\b/,
  dump: { command: ['sh', '-c', DUMP], covers: (path) => SECTIONS.test(path) },
}
