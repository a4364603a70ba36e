import { WaitError } from '../../errors/mailrig-error.ts'
import { patience } from '../../metrics/patience.ts'
import type { RunningMta } from '../../rig/running-mta.ts'

/** How long a server may take with what it was handed, ms of an idle machine. */
const REST_MS = 60_000

/**
 * Resolves when nothing in the queue of an MTA is under way: what is there was put off. For hosts whose programs nobody
 * here sees. What comes of a message is in the queue before the message leaves it: who takes it over answers when the
 * new one is stored (RFC 5321 §6.1), and bounces are queued first. It does not see what a program sends later of its own.
 *
 * @throws {WaitError} naming what is still under way.
 */
export async function restByQueue(mta: Pick<RunningMta, 'queue' | 'name'>, timeoutMs = REST_MS): Promise<void> {
  const began = performance.now()
  for (;;) {
    // Each question is a command in the container, which takes longer than any pause would.
    const active = (await mta.queue.list()).filter(({ state }) => state === 'active')
    if (active.length === 0) return
    const waited = performance.now() - began
    if (waited > patience(timeoutMs)) {
      throw new WaitError(
        `waited ${Math.round(waited)} ms for ${mta.name} to be done with ${active.map(({ queueId }) => queueId).join(', ')}`,
      )
    }
  }
}
