import { WaitError } from '../../src/errors/mailrig-error.ts'
import { disksWanted } from '../../src/faults/disk-options.ts'
import { kill } from '../../src/faults/kill.ts'
import { powerCut } from '../../src/faults/power-cut.ts'
import { startLoad } from '../../src/load/run-load.ts'
import { untilSoMany } from '../../src/load/until-so-many.ts'
import { epochNow } from '../../src/metrics/clock.ts'
import type { Rig } from '../../src/rig/rig.ts'
import { startRig } from '../../src/rig/start-rig.ts'
import type { World } from '../../src/rig/world.ts'
import type { Platform } from '../../src/targets/platform.ts'
import { parseTopology } from '../../src/topology/topology.ts'

/** One kind of trial: whose machine, what is done to it, and whether its syncs reach the disk. */
export interface Trial {
  of: 'mta' | 'store'
  fault: 'power cut' | 'kill -9'
  sync: 'kept' | 'ignored'
}

/** What became of the messages of all rounds of a trial together. */
export interface Outcome {
  rounds: number
  accepted: number
  lost: number
  duplicated: number
  refused: number
  unknown: number
  /** From the fault until the server greeted again, ms, of each round. */
  awayMs: number[]
}

const TOPOLOGY = parseTopology({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
})
const MESSAGES = 80
const CONNECTIONS = 5
/** The fault comes after so many at the least, and this many more at the most. */
const [FROM, SPREAD] = [20, 41]

/** Does the same fault over and over, each time under a load of its own, and counts what became of each message. */
export async function cutSeries(world: World, platform: Platform, trial: Trial, rounds: number): Promise<Outcome> {
  const wanted = disksWanted({ of: trial.of, sync: trial.sync })
  const rig = await startRig({ ...platform, topology: TOPOLOGY, world, disksWanted: wanted })
  const sum: Outcome = { rounds: 0, accepted: 0, lost: 0, duplicated: 0, refused: 0, unknown: 0, awayMs: [] }
  try {
    for (let round = 0; round < rounds; round += 1) {
      const { account, awayMs } = await oneRound(rig, trial)
      sum.rounds += 1
      sum.accepted += account.accepted
      sum.lost += account.lost
      sum.duplicated += account.duplicated
      sum.refused += account.refused
      sum.unknown += account.unknown
      sum.awayMs.push(awayMs)
    }
    return sum
  } finally {
    await rig.stop()
  }
}

/** Waits for the log to tell that the queue is empty; where it does not, the account goes by the queue itself. */
async function emptied(rig: Rig): Promise<void> {
  try {
    await rig.mta.queue.empty()
  } catch (error) {
    if (!(error instanceof WaitError)) throw error
    await rig.mta.takeStock(epochNow())
  }
}

/** What goes elsewhere waits in the queue until after the fault; what goes to the store is delivered while it comes. */
async function oneRound(rig: Rig, { of, fault }: Trial) {
  const upstream = rig.upstream()
  if (of === 'mta') upstream.on('mail', { reply: '451 4.3.2 busy' })
  const load = startLoad(rig, {
    messages: MESSAGES,
    connections: CONNECTIONS,
    to: of === 'mta' ? 'someone@elsewhere.example' : 'jim@example.com',
    // The mail is on its way to the store when all of it was accepted.
    until: of === 'mta' ? 'accepted' : 'delivered',
  })
  try {
    await untilSoMany([load], of === 'mta' ? 'accepted' : 'delivered', FROM + Math.floor(Math.random() * SPREAD))
    const done = fault === 'power cut' ? powerCut(rig, { of }) : kill(rig, { of })
    // From its return on, what is in the queue can go.
    void rig.away?.then(() => upstream.reset())
    const { awayMs } = await done
    const account = await load.done
    upstream.reset()
    if (rig.mta.memory) await rig.mta.run(rig.mta.memory.forget)
    await rig.mta.flush()
    await emptied(rig)
    await account.recount()
    return { account, awayMs }
  } finally {
    upstream.reset()
    load.close()
  }
}
