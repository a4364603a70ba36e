import { WaitError } from '../errors/mailrig-error.ts'
import type { Rig } from '../rig/rig.ts'

/**
 * Has the MTA try all that is in its queue, now that servers are back: what was put off because they were away need not
 * wait for its time, and what the MTA has learnt of their absence it forgets.
 */
export async function tryAgain(rig: Rig): Promise<void> {
  const { mta } = rig
  try {
    // What was under way when they went is put off a moment later. Of what somebody took out of the queue no log tells, and not
    // of each that was put off: Postfix could not write that down where its disk was full.
    const active = new Set((await mta.queue()).flatMap(({ queueId, state }) => (state === 'active' ? [queueId] : [])))
    await mta.rested({ queueIds: mta.heldIds().filter((id) => active.has(id)) })
  } catch (error) {
    // Somebody else's delay: the test's own upstream, perhaps.
    if (!(error instanceof WaitError)) throw error
  }
  if (mta.memory) await mta.run(mta.memory.forget)
  await mta.flush()
}

/** The MTA stands still for as long as `action` takes: what it would put off meanwhile would wait for its retry time. */
export async function standingStill(rig: Rig, action: () => Promise<unknown>): Promise<undefined> {
  await rig.mta.whileFrozen(action)
}
