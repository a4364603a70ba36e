import type { Memory } from '../operation.ts'

/**
 * Routes to hosts that did not answer are disabled for a while, and a domain that was sent to lately keeps its exchangers
 * and the time of its next connection (mta.c). Only a new start forgets all of it. The mail store, whose name in a rig
 * begins with `store.`, does not change.
 */
export const memory: Memory = {
  kept: ({ event, reason, reply, relay }) =>
    event === 'attempt' ||
    event === 'deferred' ||
    /^smtp-out: /.test(reason ?? '') ||
    (event === 'delivered' && reply !== undefined && !relay?.startsWith('store.')),
  forget: ['sh', '/usr/local/lib/mailrig/forget.sh'],
}
