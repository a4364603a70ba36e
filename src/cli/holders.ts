import { fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Progress } from '../engine/progress.ts'
import { stateDirectory } from '../engine/state-directory.ts'
import { MailrigError, UnsupportedError } from '../errors/mailrig-error.ts'
import type { HoldAnswer, HoldOrder } from './commands/hold.ts'
import { KEEP, type RigDocument, type UnsupportedRig } from './kept-rigs.ts'
import { cleanUpOnSignal } from './until-interrupted.ts'

/** As many at a time as the machine has cores, and one: each waits for its servers now and then. */
const CONCURRENCY = availableParallelism() + 1

/**
 * Starts the processes that hold these rigs, side by side: all of them, or none. A server that cannot do what the
 * topology asks for is no failure, as long as there is another.
 *
 * @returns in the order of `orders`
 * @throws the error of the first rig that does not start
 */
export async function startHolders(
  orders: readonly HoldOrder[],
  progress: Progress,
): Promise<(RigDocument | UnsupportedRig)[]> {
  const unsupported = new Map<HoldOrder, UnsupportedError>()
  const holders = new Map<HoldOrder, Holder>()
  const waiting = [...orders]
  let failure: { error: unknown } | undefined
  let complete = false
  const worker = async () => {
    for (let order = waiting.shift(); order !== undefined && !failure; order = waiting.shift()) {
      const step = progress.step(`starting ${order.mta} from ${order.release}`)
      const holder = startHolder(order)
      holders.set(order, holder)
      try {
        await holder.document
        step.done()
      } catch (error) {
        if (error instanceof UnsupportedError) {
          unsupported.set(order, error)
          // It waits to be told to end, and this process would wait for it.
          await holder.end()
          step.done(`unsupported: ${error.message}`)
        } else {
          failure ??= { error }
          step.fail()
        }
      }
    }
  }
  return cleanUpOnSignal(
    async () => {
      await Promise.all(Array.from({ length: Math.min(CONCURRENCY, orders.length) }, worker))
      const [first] = unsupported.values()
      if (!failure && first && unsupported.size === orders.length) failure = { error: first }
      if (failure) throw failure.error
      const up = [...holders].filter(([order]) => !unsupported.has(order))
      await Promise.all(up.map(([, holder]) => holder.keep()))
      complete = true
      return Promise.all(orders.map((order) => outcomeOf(order)))
    },
    async () => {
      waiting.length = 0
      if (!complete) await Promise.all([...holders.values()].map((holder) => holder.end()))
    },
  )

  async function outcomeOf(order: HoldOrder): Promise<RigDocument | UnsupportedRig> {
    const reason = unsupported.get(order)?.message
    if (reason !== undefined) {
      return { name: order.name, mta: { name: order.mta, release: order.release }, unsupported: reason }
    }
    const holder = holders.get(order)
    if (holder === undefined) throw new Error(`${order.name} was not started`)
    return holder.document
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
      else {
        const { error } = answer
        reject(error.unsupported ? new UnsupportedError(error.message, error) : new MailrigError(error.message, error))
      }
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
