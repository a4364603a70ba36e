import { expect, it } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { localSocket } from '../src/engine/endpoint.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import { overTcp } from './over-tcp.ts'
import { ownedBy } from './owned-by.ts'
import { MAILRIG, start, startScenariosIn } from './run-command.ts'

// What Docker Desktop and engines on other hosts need, tried on this one: a container that lets clients in on both sides,
// and from which the way back is fetched. Two files, because rigs of several processes may be there at once.
const EXPOSED = { MAILRIG_REACH: 'exposed' }

const engine = await connectEngine({ provision: false, progress: silentProgress })

/** The networks of a process, and the containers through which it reaches them: ids. */
async function reachedBy(pid: number | undefined): Promise<{ networks: string[]; entrances: string[] }> {
  const { networks, containers } = await ownedBy(engine, pid)
  return {
    networks: networks.map(({ id }) => id),
    entrances: containers.flatMap(({ id, name }) => (name.endsWith('-entrance') ? [id] : [])),
  }
}

async function isGone(container: string): Promise<boolean> {
  return engine.docker
    .getContainer(container)
    .inspect()
    .then(() => false)
    .catch((error: { statusCode?: number }) => error.statusCode === 404)
}

it('runs scenarios through a published port', async () => {
  const run = startScenariosIn(
    EXPOSED,
    'test/fixtures/exposed-reach.scenario.ts',
    'test/fixtures/exposed-reach-again.scenario.ts',
  )
  const { code, stdout, stderr } = await run.outcome
  expect(code, stdout + stderr).toBe(0)
  expect(stdout).toMatch(/Tests.* 8 passed \(8\)/)
  expect(await reachedBy(run.child.pid)).toEqual({ networks: [], entrances: [] })
})

it('leaves neither networks nor entrance when it is killed', async () => {
  const run = startScenariosIn(EXPOSED, 'test/fixtures/stays-up.scenario.ts')
  await run.said('THE RIG IS UP')
  const { networks, entrances } = await reachedBy(run.child.pid)
  expect(networks).toHaveLength(2)
  expect(entrances).toHaveLength(1)
  run.child.kill('SIGKILL')
  await run.outcome
  await expect
    .poll(() => reachedBy(run.child.pid), { timeout: patience(20_000), interval: 20 })
    .toEqual({
      networks: [],
      entrances: [],
    })
  // The engine lets go of the network before it has removed the container.
  await expect.poll(() => isGone(entrances[0] ?? ''), { timeout: patience(20_000), interval: 20 }).toBe(true)
})

const socket = localSocket(engine.endpoint)

it.skipIf(socket === undefined)('works with a daemon that is reached over TCP alone', async () => {
  const proxy = await overTcp(socket ?? '')
  try {
    const env = { DOCKER_HOST: proxy.url }
    const doctor = await start(process.execPath, [MAILRIG, 'doctor', '--json'], { env }).outcome
    expect(JSON.parse(doctor.stdout).engine).toMatchObject({ endpoint: proxy.url, reach: 'exposed' })
    const { code, stdout, stderr } = await start(process.execPath, [MAILRIG, 'showcase'], { env }).outcome
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('handed over from <jim@example.com> to <someone@elsewhere.example>')
  } finally {
    proxy.close()
  }
})
