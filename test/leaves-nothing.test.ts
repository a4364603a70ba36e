import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { LABEL } from '../src/engine/labels.ts'
import { fateOf } from '../src/engine/owner.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import { type RunningCommand, startScenarios } from './run-command.ts'

const engine = await connectEngine({ provision: false, progress: silentProgress })

interface Owned {
  Labels?: Record<string, string> | undefined
  /** Of a container. */
  Names?: string[]
}

/** What a process of this host owns in the engine. */
async function owned(pid: number | undefined): Promise<Owned[]> {
  const filters = { label: [LABEL.owner] }
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engine.docker.listContainers({ all: true, filters }),
    engine.docker.listNetworks({ filters }),
    engine.docker.listVolumes({ filters: JSON.stringify(filters) }),
  ])
  return [...containers, ...networks, ...(volumes ?? [])].filter(({ Labels }) =>
    Labels?.[LABEL.owner]?.startsWith(`${pid}:`),
  )
}

/** The watchdog is a process of its own; it may take a moment longer than the run it watched. */
async function nothingOwned(pid: number | undefined): Promise<void> {
  await expect.poll(() => owned(pid), { timeout: patience(20_000), interval: 20 }).toEqual([])
}

/** The forwarder is there as well where this user may not listen on low ports. */
function withoutForwarder(all: readonly Owned[]): Owned[] {
  return all.filter(({ Names }) => !Names?.some((name) => name.endsWith('-forwarder')))
}

async function whileUp(): Promise<RunningCommand> {
  const run = startScenarios('test/fixtures/stays-up.scenario.ts')
  await run.said('THE RIG IS UP')
  const parts = withoutForwarder(await owned(run.child.pid))
  expect(parts, 'three containers, two networks and the spool').toHaveLength(6)
  return run
}

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves nothing when the run is ended by %s', async (signal) => {
  const run = await whileUp()
  run.child.kill(signal)
  const { code, signal: endedBy } = await run.outcome
  expect(code === 0, 'an interrupted run is no success').toBe(false)
  if (signal === 'SIGKILL') expect(endedBy).toBe('SIGKILL')
  await nothingOwned(run.child.pid)
})

it('leaves no loop device and no mount when a run with disks is killed', async () => {
  const run = startScenarios('test/fixtures/on-a-disk.scenario.ts')
  await run.said('THE RIG IS UP')
  const devices = await devicesOf(run.child.pid)
  expect(devices, 'of the MTA and of the store').toHaveLength(2)
  for (const device of devices) expect(await attached(device)).toBe(true)
  run.child.kill('SIGKILL')
  await run.outcome
  await nothingOwned(run.child.pid)
  for (const device of devices) {
    await expect.poll(() => attached(device), { timeout: patience(20_000), interval: 20 }).toBe(false)
  }
})

/** A loop device as it is used now: the kernel counts each use of one (diskseq of sysfs). */
interface LoopDevice {
  name: string
  use: string
}

async function devicesOf(pid: number | undefined): Promise<LoopDevice[]> {
  const filters = JSON.stringify({ label: [LABEL.owner] })
  const { Volumes: volumes } = await engine.docker.listVolumes({ filters })
  const own = (volumes ?? []).filter(({ Labels }) => Labels[LABEL.owner]?.startsWith(`${pid}:`))
  const names = own.flatMap(({ Options }) => /^\/dev\/(loop\d+)$/.exec(Options?.device ?? '')?.[1] ?? [])
  return Promise.all(names.map(async (name) => ({ name, use: await readFile(`/sys/block/${name}/diskseq`, 'utf8') })))
}

/** Whether it is still in this use. A device that is mounted is attached, too. */
async function attached({ name, use }: LoopDevice): Promise<boolean> {
  const backing = await readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')
  return backing !== '' && (await readFile(`/sys/block/${name}/diskseq`, 'utf8')) === use
}

it('the next run sweeps what is left when run and watchdog are both killed', async () => {
  const run = await whileUp()
  const [left] = await engine.docker
    .listContainers({ filters: { label: [LABEL.owner] } })
    .then((all) => all.filter(({ Labels }) => Labels[LABEL.owner]?.startsWith(`${run.child.pid}:`)))
  const owner = left?.Labels[LABEL.owner] ?? ''
  process.kill(await watchdogOf(run.child.pid), 'SIGKILL')
  run.child.kill('SIGKILL')
  await run.outcome
  expect(fateOf(owner)).toBe('gone')
  expect(withoutForwarder(await owned(run.child.pid)), 'nobody was there to remove it').toHaveLength(6)
  const { sweepDead } = await import('../src/engine/sweep.ts')
  await sweepDead(engine)
  expect(await owned(run.child.pid)).toEqual([])
})

/** The watchdog is the only child of the run in a process group of its own. */
async function watchdogOf(pid: number | undefined): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number)
  for (const child of children) {
    if ((await readFile(`/proc/${child}/cmdline`, 'utf8')).includes('watchdog')) return child
  }
  throw new Error(`process ${pid} has no watchdog`)
}
