import { expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import { openRun } from '../src/rig/open-run.ts'
import { startRig } from '../src/rig/start-rig.ts'
import { mtaNamed } from '../src/servers/registry.ts'
import { parseTopology } from '../src/topology/topology.ts'

it('a server that dies ends every wait at once, and says so', async () => {
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  const run = await openRun(engine)
  try {
    const topology = parseTopology({ domains: { 'example.com': { mailboxes: ['jim'] } }, smarthost: 'upstream' })
    const rig = await startRig({ topology, mta: mtaNamed('postfix'), release: 'bookworm', world: run.world })
    const message = await rig.send({ to: 'jim@example.com' })
    await rig.mailbox('jim').waitFor(message)
    const session = await rig.session()
    const never = { messageId: 'never@client.example' }
    const waits = Promise.allSettled([
      rig.mailbox('jim').waitFor(never),
      rig.upstream().next(never),
      rig.mta.log.next(/never/),
      session.reply(),
    ])

    const started = performance.now()
    const [mta] = await engine.docker.listContainers({
      filters: { label: [`org.mailrig.run=${run.run.id}`], name: ['postfix'] },
    })
    await engine.docker.getContainer(mta?.Id ?? '').kill()
    const reasons = (await waits).map((wait) => (wait.status === 'rejected' ? String(wait.reason.message) : 'resolved'))
    expect(performance.now() - started, 'ms, of waits of 10 s of an idle machine').toBeLessThan(patience(5_000))
    expect(reasons).toEqual([
      expect.stringMatching(/^postfix ended with exit code 137 while the rig was up\n/),
      expect.stringMatching(/^postfix ended with exit code 137 while the rig was up\n/),
      expect.stringContaining('its output ended'),
      expect.stringContaining('the server closed the connection'),
    ])

    await expect(rig.upstream().next(never), 'a wait that begins later').rejects.toThrow('postfix ended')
    await expect(rig.mailbox('jim').waitFor(never)).rejects.toThrow('postfix ended')
    await expect(rig.mailbox('jim').waitFor(message), 'what is there already').resolves.toBeDefined()
    await expect(rig.session(), 'a new session').rejects.toThrow('postfix ended')
    await rig.stop()
  } finally {
    await run.close()
  }
})
