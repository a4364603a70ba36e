import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { UnsupportedError } from '../src/errors/mailrig-error.ts'
import { reconnect } from '../src/faults/cut-off.ts'
import { limit, unlimit } from '../src/faults/limit.ts'
import { slowLine } from '../src/faults/slow-line.ts'
import { type OpenRun, openRun } from '../src/rig/open-run.ts'
import type { Rig } from '../src/rig/rig.ts'
import { startRig } from '../src/rig/start-rig.ts'
import { mtaNamed } from '../src/servers/registry.ts'
import { parseTopology } from '../src/topology/topology.ts'

let run: OpenRun
let rig: Rig
beforeAll(async () => {
  run = await openRun(await connectEngine({ provision: false, progress: silentProgress }))
  rig = await startRig({
    topology: parseTopology({ trustedNetworks: ['lan'], internet: ['elsewhere.example'] }),
    mta: mtaNamed('postfix'),
    release: 'bookworm',
    world: run.world,
  })
})
afterAll(async () => {
  await rig?.stop()
  await run?.close()
})

it('makes every round trip longer, or says that this kernel cannot', async () => {
  const slow = await slowLine(rig, { side: 'lan', latencyMs: 300 }).catch((error: unknown) => error)
  if (slow instanceof UnsupportedError) {
    expect(slow).toMatchObject({ code: 'LINE_UNSUPPORTED', message: expect.stringContaining('no netem') })
    return
  }
  expect(slow).not.toBeInstanceOf(Error)
  const began = performance.now()
  const session = await rig.session({ side: 'lan' })
  await session.quit()
  // Its greeting and its last reply.
  expect(performance.now() - began).toBeGreaterThan(600)
  await reconnect(rig, [(slow as Awaited<ReturnType<typeof slowLine>>).pulled])
})

it('refuses a second slow line of one cable, and what is no line', async () => {
  const { pulled } = await slowLine(rig, { bytesPerSecond: 100_000 })
  await expect(slowLine(rig, { bytesPerSecond: 1000 })).rejects.toMatchObject({ code: 'FAULT_OPTIONS', exitCode: 2 })
  await reconnect(rig, [pulled])
  await reconnect(rig, [(await slowLine(rig, { bytesPerSecond: 100_000 })).pulled])
  await expect(slowLine(rig, {})).rejects.toThrow('give bytesPerSecond, latencyMs or both')
  await expect(slowLine(rig, { bytesPerSecond: 99 })).rejects.toThrow('a whole number from 100')
})

it('starts the server again with few descriptors, and then with as many as before', async () => {
  const mta = rig.machine('mta')
  if (!mta) throw new Error('a rig has an MTA')
  const limits = async () => {
    const { stdout } = await mta.host.ask(['sh', '-c', "grep -h 'open files' /proc/[0-9]*/limits"])
    const lines = stdout.split('\n').filter(Boolean)
    return new Set(
      lines.map((line) =>
        line
          .split(/\s{2,}/)
          .slice(1, 3)
          .join(' '),
      ),
    )
  }
  const before = await limits()
  const { limited } = await limit(rig, { descriptors: 200 })
  expect(await limits()).toContain('200 200')
  await unlimit(rig, [limited])
  expect(await limits()).toEqual(before)
  await expect(limit(rig, { mebibytes: 5 })).rejects.toThrow('a whole number from 6')
  await expect(limit(rig)).rejects.toThrow('give mebibytes, descriptors or both')
})

it('limits memory, of which the kernel then takes a process of the server', async () => {
  const mta = rig.machine('mta')
  if (!mta) throw new Error('a rig has an MTA')
  const { limited } = await limit(rig, { mebibytes: 64 })
  const eats = 'perl -e \'$x = "x" x (256 << 20); print length $x\''
  expect((await mta.host.exec(['sh', '-c', eats])).exitCode, 'killed').not.toBe(0)
  await unlimit(rig, [limited])
  expect((await mta.host.exec(['sh', '-c', eats])).stdout).toBe(`${256 << 20}`)
  expect(rig.mta.ended).toBeUndefined()
})
