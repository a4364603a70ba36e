import { MailrigError } from '../errors/mailrig-error.ts'
import type { RunningLoad } from './run-load.ts'

export type LoadStage = 'accepted' | 'delivered'

/**
 * Resolves when so many messages of these loads together were accepted, or delivered.
 *
 * @throws {MailrigError} FAULT_NOT_REACHED where they end before that
 */
export async function untilSoMany(loads: readonly RunningLoad[], stage: LoadStage, count: number): Promise<void> {
  const reached = () => loads.reduce((sum, { account }) => sum + account[stage], 0)
  const { promise, resolve } = Promise.withResolvers<'reached'>()
  const look = () => reached() >= count && resolve('reached')
  const offs = loads.map(({ account }) => account.onProgress(look))
  look()
  try {
    const ended = Promise.allSettled(loads.map(({ done }) => done))
    if ((await Promise.race([promise, ended])) === 'reached' || reached() >= count) return
    throw new MailrigError(`waited for ${count} ${stage} messages; the load is over, and ${reached()} were ${stage}`, {
      code: 'FAULT_NOT_REACHED',
      remedy: 'Wait for fewer, or send more.',
    })
  } finally {
    for (const off of offs) off()
  }
}
