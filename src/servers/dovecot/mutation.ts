import type { Mutation } from '../mutation.ts'

/** doveconf(1) with every value, defaults among them. */
export const mutation: Mutation = {
  formatOf(path) {
    if (path.endsWith('.sieve')) return 'sieve'
    return /^\/etc\/dovecot\/(?:dovecot\.conf|conf\.d\/.*\.conf|local\.conf)$/.test(path) ? 'blocks' : undefined
  },
  dump: { command: ['doveconf'], covers: (path) => path.startsWith('/etc/dovecot/') },
}
