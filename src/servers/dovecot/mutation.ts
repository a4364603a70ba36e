import type { Mutation } from '../mutation.ts'

/** doveconf(1) with every value, defaults among them. */
export const mutation: Mutation = {
  formatOf(path) {
    if (path.endsWith('.sieve')) return 'sieve'
    return /^\/etc\/dovecot\/(?:dovecot\.conf|conf\.d\/.*\.conf|local\.conf)$/.test(path) ? 'blocks' : undefined
  },
  instruments: /^(?:log_path|info_log_path|debug_log_path|dovecot_\w+_version|auth_verbose)\b/,
  dump: { command: ['doveconf', '-a'], covers: (path) => path.startsWith('/etc/dovecot/') },
}
