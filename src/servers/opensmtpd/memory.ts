import type { Memory } from '../operation.ts'

/** Routes to hosts that did not answer are disabled for a while; smtpctl(8) takes that back. */
export const memory: Memory = {
  kept: ({ event, reason }) => event === 'attempt' || event === 'deferred' || /^smtp-out: /.test(reason ?? ''),
  forget: ['sh', '/usr/local/lib/mailrig/retry.sh', '--routes'],
}
