import type { QueueEntry } from '../../servers/queue.ts'
import { queueOf } from '../rig-requests.ts'
import { rigChosen, runningRig } from '../running-rig.ts'

/** Prints what waits in the queue of a kept rig, and why. */
export async function queue(named: string | undefined, options: { target?: string; json?: boolean }): Promise<void> {
  const name = await rigChosen(named, options.target)
  await runningRig(name)
  const entries = await queueOf(name)
  if (options.json) process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`)
  else process.stdout.write(entries.length === 0 ? 'The queue is empty.\n' : entries.map(describe).join(''))
}

function describe({ queueId, state, sender, size, arrival, recipients }: QueueEntry): string {
  const facts = [
    ...(size === undefined ? [] : [`${size} octets`]),
    ...(arrival === undefined ? [] : [`since ${new Date(arrival).toISOString()}`]),
  ]
  return [
    `${[`${queueId} ${state} from <${sender}>`, ...facts].join(', ')}\n`,
    ...recipients.map(({ address, reason }) => `  <${address}>${reason ? `: ${reason}` : ''}\n`),
  ].join('')
}
