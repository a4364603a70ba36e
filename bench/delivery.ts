import type { Rig } from '../src/rig/rig.ts'
import { startRig } from '../src/rig/start-rig.ts'
import type { World } from '../src/rig/world.ts'
import type { Platform } from '../src/targets/platform.ts'
import { parseTopology } from '../src/topology/topology.ts'
import { type Figure, median, timed } from './figure.ts'

/**
 * From `send` to the message in hand, and the part of it that is ours: before the first octet leaves, and after the
 * mail store has the message (the change time of its file, on the clock that host and container share).
 */
export async function delivery(world: World, target: Platform, messages: number): Promise<Figure[]> {
  const topology = parseTopology({ domains: { 'example.com': { mailboxes: ['jim'] } } })
  const rig = await startRig({ topology, ...target, world })
  try {
    const mailbox = rig.mailbox('jim')
    const rounds: { messageId: string; total: number; before: number; receivedAt: number }[] = []
    for (let count = -5; count < messages; count += 1) {
      // The system clock, as the file times are: the monotonic one drifts from it by milliseconds within seconds.
      const startedAt = Date.now()
      const [message, total] = await timed(async () => {
        const sent = await rig.send({ to: 'jim@example.com' })
        await mailbox.waitFor(sent)
        return sent
      })
      // The first few open connections and warm the servers up.
      if (count < 0) continue
      const before = message.transcript.startedAt.getTime() - startedAt
      rounds.push({
        messageId: message.messageId,
        total,
        before,
        receivedAt: Date.now(),
      })
    }
    const storedAt = await storedTimes(rig)
    const ours = rounds.map(({ messageId, before, receivedAt }) => {
      const stored = storedAt.get(messageId)
      if (stored === undefined) throw new Error(`the store has no file for <${messageId}>`)
      return Math.max(0, before) + (receivedAt - stored)
    })
    return [
      { name: 'send to toReceive', value: median(rounds.map(({ total }) => total)), unit: 'ms', limit: 100 },
      { name: 'send to toReceive, our own share', value: median(ours), unit: 'ms', limit: 15 },
    ]
  } finally {
    await rig.stop()
  }
}

/** Message-ID → change time of its Maildir file, ms since the epoch. */
async function storedTimes(rig: Rig): Promise<Map<string, number>> {
  const files = "find /var/vmail -type f '(' -path '*/new/*' -o -path '*/cur/*' ')'"
  const command = `${files} -printf '%C@ ' -exec grep -m1 -i '^message-id:' '{}' ';'`
  const { stdout } = await rig.store.run(['sh', '-c', command])
  return new Map(
    [...stdout.matchAll(/^(\d+\.\d+) message-id: <(.+)>/gim)].map(([, seconds, id]) => [
      id ?? '',
      Number(seconds) * 1000,
    ]),
  )
}
