import type { Mutation } from '../mutation.ts'
import { PATHS } from './paths.ts'

const TABLES: readonly string[] = [PATHS.aliases, PATHS.virtualAliases, PATHS.mailboxes, PATHS.passwords, PATHS.logins]

/** smtpd prints its configuration nowhere: no change is known for one that it does not see. */
export const mutation: Mutation = {
  formatOf(path) {
    if (/\/smtpd\.conf$/.test(path)) return 'rules'
    return TABLES.includes(path) ? 'table' : undefined
  },
}
