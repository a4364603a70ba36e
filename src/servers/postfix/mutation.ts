import type { Mutation } from '../mutation.ts'
import { PATHS } from './paths.ts'

/** What mailrig renders for an access(5) table, and how such tables are called elsewhere. */
const ACCESS =
  /^\/etc\/postfix\/(?:[\w./-]*\/)?[\w.-]*(?:access|relay_(?:client|sender|recipient|networks)|checks?)[\w.-]*$/
/** What is no text of a configuration: compiled tables, keys, scripts, what belongs to the package. */
const OTHER =
  /\.(?:db|dir|pag|lmdb|cdb|pem|crt|key|sh|proto|out|d)$|\/(?:post-install|postfix-script|postfix-files|dynamicmaps\.cf|makedefs\.out)$/

/** postconf(1) with every value, so that a parameter that is dropped and had its default says nothing new. */
export const mutation: Mutation = {
  formatOf(path) {
    if (path === PATHS.mainCf) return 'parameters'
    if (path === PATHS.masterCf) return 'services'
    if (path === PATHS.aliases) return 'table'
    if (!path.startsWith('/etc/postfix/') || OTHER.test(path)) return undefined
    if (path.endsWith('.cf')) return 'parameters'
    return ACCESS.test(path) ? 'access-table' : 'table'
  },
  instruments: /^(?:maillog_file|enable_long_queue_ids|syslog_name|compatibility_level)\b|\bpostlogd\b/,
  dump: {
    // The parameter process_id is that of postconf itself.
    command: ['sh', '-c', "postconf -x | grep -v '^process_id =' && postconf -M && postconf -P"],
    covers: (path) => path === PATHS.mainCf || path === PATHS.masterCf,
  },
}
