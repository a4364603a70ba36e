import { expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { openRun } from '../src/rig/open-run.ts'
import { startRig } from '../src/rig/start-rig.ts'
import { mtaNamed } from '../src/servers/registry.ts'
import { parseTopology } from '../src/topology/topology.ts'

const FILE = '/etc/postfix/main.cf'
const WATCH = `while [ ! -e /tmp/enough ]; do [ -s ${FILE} ] || { echo "${FILE} is missing, or empty"; exit 1; }; done`

it('a server that reads a file while it is replaced finds the old one or the new one, whole', async () => {
  const run = await openRun(await connectEngine({ provision: false, progress: silentProgress }))
  try {
    const topology = parseTopology({})
    const rig = await startRig({ topology, mta: mtaNamed('postfix'), release: 'bookworm', world: run.world })
    const files = rig.mta.files.filter(({ path }) => path === FILE)
    expect(files).toHaveLength(1)
    const watcher = rig.mta.exec(['sh', '-c', WATCH])
    for (let round = 0; round < 100; round += 1) await rig.mta.write(files)
    await rig.mta.write([{ path: '/tmp/enough', content: '' }])
    expect(await watcher).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const [file] = await rig.mta.read(FILE)
    expect(file).toMatchObject({ mode: 0o644, uid: 0, gid: 0 })
    await rig.stop()
  } finally {
    await run.close()
  }
})
