import { fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Progress } from '../engine/progress.ts'
import { stateDirectory } from '../engine/state-directory.ts'
import { MailrigError } from '../errors/mailrig-error.ts'
import type { HoldAnswer, HoldOrder } from './commands/hold.ts'
import { KEEP, type RigDocument } from './kept-rigs.ts'
import { cleanUpOnSignal } from './until-interrupted.ts'

/** As many at a time as the machine has cores, and one: each waits for its servers now and then. */
const CONCURRENCY = availableParallelism() + 1

/**
 * Starts the processes that hold these rigs, side by side: all of them, or none.
 *
 * @throws the error of the first rig that does not start
 */
export async function startHolders(orders: readonly HoldOrder[], progress: Progress): Promise<RigDocument[]> {
  const holders: Holder[] = []
  const waiting = [...orders]
  let failure: { error: unknown } | undefined
  let complete = false
  const worker = async () => {
    for (let order = waiting.shift(); order !== undefined && !failure; order = waiting.shift()) {
      const step = progress.step(`starting ${order.mta} from ${order.release}`)
      try {
        const holder = startHolder(order)
        holders.push(holder)
        await holder.document
        step.done()
      } catch (error) {
        step.fail()
        failure ??= { error }
      }
    }
  }
  return cleanUpOnSignal(
    async () => {
      await Promise.all(Array.from({ length: Math.min(CONCURRENCY, orders.length) }, worker))
      if (failure) throw failure.error
      await Promise.all(holders.map((holder) => holder.keep()))
      complete = true
      const documents = await Promise.all(holders.map(({ document }) => document))
      return documents.sort((one, other) => placeOf(one) - placeOf(other))
    },
    async () => {
      waiting.length = 0
      if (!complete) await Promise.all(holders.map((holder) => holder.end()))
    },
  )

  function placeOf({ name }: RigDocument): number {
    return orders.findIndex((order) => order.name === name)
  }
}

/** A process that holds a rig. It ends the rig by itself unless it is told to keep it. */
interface Holder {
  /** What it says when the rig is up. Rejects when the rig does not come up. */
  document: Promise<RigDocument>
  keep(): Promise<void>
  /** Resolves when nothing is left of the rig. */
  end(): Promise<void>
}

function startHolder(order: HoldOrder): Holder {
  const log = openSync(join(stateDirectory(), `rig-${order.name}.log`), 'w')
  const child = fork(fileURLToPath(new URL('../../bin/mailrig.js', import.meta.url)), ['hold'], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const document = new Promise<RigDocument>((resolve, reject) => {
    child.on('message', (answer: HoldAnswer) => {
      if ('document' in answer) resolve(answer.document)
      else reject(new MailrigError(answer.error.message, answer.error))
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the process that holds the rig ended with code ${code}`)))
    child.send(order)
  })
  const letGo = () => {
    if (child.connected) child.disconnect()
    child.unref()
  }
  return {
    document,
    keep: () =>
      new Promise((resolve, reject) => {
        child.send(KEEP, (error) => {
          letGo()
          if (error) reject(error)
          else resolve()
        })
      }),
    async end() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
