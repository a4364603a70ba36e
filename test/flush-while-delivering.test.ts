import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import { startRig } from '../src/rig/start-rig.ts'
import { mtaNamed } from '../src/servers/registry.ts'
import { parseTopology } from '../src/topology/topology.ts'

let run: OpenRun
beforeAll(async () => {
  run = await openRun(await connectEngine({ provision: false, progress: silentProgress }))
})
afterAll(() => run.close())

it('a flush reaches a message of which one recipient is put off and another is being delivered', async () => {
  const topology = parseTopology({
    trustedNetworks: ['internet'],
    // Long enough that only the flush can be the reason.
    queue: { retryAfter: 600 },
    upstreams: ['busy', 'slow'],
    internet: { 'busy.example': { mx: [{ upstream: 'busy' }] }, 'slow.example': { mx: [{ upstream: 'slow' }] } },
  })
  const rig = await startRig({ topology, mta: mtaNamed('postfix'), release: 'trixie', world: run.world })
  const { busy, slow } = rig.upstreams
  busy?.on('rcpt', { reply: '450 4.2.1 try later' }, { times: 1 })
  slow?.on('rcpt', { delay: 400 })
  const message = await rig.send({ to: ['someone@busy.example', 'someone@slow.example'] })
  await rig.mta.queue.deferred(message)
  await rig.mta.flush()
  expect((await busy?.next())?.messageId).toBe(message.messageId)
  await rig.stop()
})
