import type { Memory } from '../operation.ts'
import { PATHS } from './paths.ts'

/**
 * The hints databases (Exim specification, "The databases"): hosts and addresses that are not to be tried before some
 * time, what waits for which host, results of callouts, rates of clients, sessions of TLS. Exim opens them anew each
 * time, and does without what is not there. Their lock files stay: a process may be waiting for one.
 */
export const memory: Memory = {
  kept: ({ event }) => event === 'deferred' || event === 'attempt',
  forget: ['find', `${PATHS.spool}/db`, '-type', 'f', '!', '-name', '*.lockfile', '-delete'],
}
