import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { patience } from '../../src/metrics/patience.ts'
import { readRun } from '../../src/report/read-run.ts'
import { mailrig, ROOT, start } from '../run-command.ts'
import { type EngineNode, layWire, NODE_SOCKET, startNode, withoutNodes } from './engine-node.ts'

// A job of four shards on a swarm of two nodes, of which one dies half-way: the other takes up its shards.
const reason = withoutNodes()
const FILES = ['d1-typical-transaction', 'd2-aborted-transaction', 'd3-relayed-mail', 'd4-verifying-and-sending']

const undo: (() => Promise<unknown>)[] = []
let folder: string
let self: string
let nodes: EngineNode[] = []

beforeAll(async () => {
  if (reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'mailrig-swarm-'))
  undo.push(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'project/mail'), { recursive: true })
  // Three of each: the node that is to die has something under way when it does.
  for (const name of FILES) {
    for (const copy of [1, 2, 3]) {
      await copyFile(join(ROOT, `scenarios/rfc5321/${name}.smtp`), join(folder, `project/mail/${name}-${copy}.smtp`))
    }
  }
  await chmod(folder, 0o755)
  for (const place of ['project', 'project/mail']) await chmod(join(folder, place), 0o777)
  const images = join(folder, 'images.tar')
  const target = ['--mta', 'postfix', '--release', 'bookworm']
  const built = await mailrig('build', ...target, '--self', '--save', images)
  expect(built.code, built.stderr).toBe(0)
  self = built.stdout.trim()
  undo.push(await layWire())
  for (const number of [1, 2]) {
    const node = await startNode(number)
    undo.push(() => node.remove())
    await node.docker('load', '--quiet', '--input', images)
    nodes = [...nodes, node]
  }
}, 1_800_000)
afterAll(async () => {
  for (const step of undo.reverse()) await step()
}, 600_000)

it('takes up the shards of a node that dies, and the report is that of the whole run', async ({ skip }) => {
  skip(reason !== undefined, reason)
  const [first, second] = nodes as [EngineNode, EngineNode]
  await first.docker('swarm', 'init', '--advertise-addr', first.address, '--listen-addr', `${first.address}:2377`)
  const token = await first.docker('swarm', 'join-token', '--quiet', 'worker')
  await second.docker('swarm', 'join', '--token', token, '--advertise-addr', second.address, `${first.address}:2377`)

  const root = await first.docker('info', '--format', '{{.DockerRootDir}}')
  const socket = root.replace(/data$/, 'socket/docker.sock')
  const env = {
    DOCKER_HOST: `unix://${socket}`,
    WORK: `type=bind,src=${join(folder, 'project')}`,
    SOCKET: NODE_SOCKET,
    // The group docker, where this machine has one.
    GROUP: `${(await stat(socket)).gid}`,
    MAILRIG_COMMIT: 'swarm-test',
  }
  const job = [join(ROOT, 'deploy/swarm/run.sh'), self, '4', '--mta', 'postfix', '--release', 'bookworm', 'mail']
  const started = await start('sh', job, { env }).outcome
  expect(started.code, started.stderr).toBe(0)

  const tasks = async () =>
    (
      await first.docker(
        'service',
        'ps',
        'mailrig-shards',
        '--no-trunc',
        '--format',
        '{{.Node}} {{.CurrentState}} {{.Error}}',
      )
    ).split('\n')
  const states = () => tasks().then((lines) => lines.join('\n'))
  await expect.poll(states, { timeout: patience(120_000), interval: 50 }).toMatch(/^mailrig-node-2 Running/m)
  await second.die()
  // Swarm takes what ran there for running still, until somebody says that the node does not come back.
  const isDown = () => first.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}')
  await expect.poll(isDown, { timeout: patience(120_000), interval: 100 }).toContain('mailrig-node-2 Down')
  await first.docker('node', 'rm', '--force', 'mailrig-node-2')
  const completeOn = async (node: string) =>
    (await tasks()).filter((line) => line.startsWith(`${node} Complete`)).length
  await expect
    .poll(() => completeOn('mailrig-node-1'), { timeout: patience(600_000), interval: 100 })
    .toBeGreaterThanOrEqual(3)
  await expect
    .poll(async () => (await readdir(join(folder, 'project/shards'))).length, {
      timeout: patience(600_000),
      interval: 100,
    })
    .toBe(4)
  const shards = [1, 2, 3, 4].map((shard) => join(folder, `project/shards/${shard}/run.json`))
  const report = join(folder, 'report')
  await expect
    .poll(async () => (await mailrig('report', '--html', report, ...shards)).code, {
      timeout: patience(600_000),
      interval: 500,
    })
    .toBe(0)
  const { projects } = await readRun(join(report, 'run.json'))
  const scenarios = projects['postfix-bookworm']?.scenarios ?? []
  expect(scenarios).toHaveLength(3 * FILES.length)
  expect(new Set(scenarios.map(({ state }) => state))).toEqual(new Set(['passed']))
})
