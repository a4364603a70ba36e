import type { Memory } from '../operation.ts'
import { FLUSH } from './queue.ts'

/**
 * Destinations that qmgr(8) takes for dead: it keeps them in its own memory for minimal_backoff_time, and hands what is
 * for them to error(8). A flush ends that (postqueue(1), -f).
 */
export const memory: Memory = {
  kept: ({ event }) => event === 'deferred',
  forget: FLUSH,
}
