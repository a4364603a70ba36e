import { expect, it, onTestFinished } from 'vitest'
import { connectEngine } from '../src/engine/connect.ts'
import { localSocket } from '../src/engine/endpoint.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { overTcp } from './over-tcp.ts'
import { ownedBy } from './owned-by.ts'
import { MAILRIG, mailrig, start } from './run-command.ts'

const engine = await connectEngine({ provision: false, progress: silentProgress })
const socket = localSocket(engine.endpoint)

const FILES = ['d1-typical-transaction', 'd2-aborted-transaction', 'd3-relayed-mail', 'd4-verifying-and-sending'].map(
  (name) => `scenarios/rfc5321/${name}.smtp`,
)

it.skipIf(socket === undefined)('runs scenarios on several engines at once, and leaves nothing on any', async () => {
  const engines = await Promise.all([overTcp(socket ?? ''), overTcp(socket ?? '')])
  onTestFinished(() => {
    for (const one of engines) one.close()
  })
  const pool = engines.flatMap(({ url }) => ['--engine', url])
  const target = ['--mta', 'postfix', '--release', 'bookworm', '--json']
  const run = start(process.execPath, [MAILRIG, 'run', ...pool, ...target, ...FILES])
  const { code, stdout, stderr } = await run.outcome
  expect(code, stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ numFailedTests: 0, numPassedTests: FILES.length })
  // The way in and out of each, and a server at least.
  for (const one of engines) expect(one.made()).toBeGreaterThan(1)
  expect(await ownedBy(engine, run.child.pid)).toEqual({ networks: [], containers: [] })
})

it('ends at once where one of them does not answer, and tests nothing', async () => {
  const { code, stdout, stderr } = await mailrig('run', '--engine', 'tcp://127.0.0.1:1', ...FILES)
  expect(code).toBe(3)
  expect(stderr).toContain('tcp://127.0.0.1:1')
  expect(stdout).not.toContain('passed')
})

it('refuses an address that is none, and an engine that is named twice', async () => {
  expect(await mailrig('run', '--engine', 'tcp://', ...FILES)).toMatchObject({ code: 2 })
  const twice = await mailrig('run', '--engine', 'tcp://a:1', '--engine', 'tcp://a:1', ...FILES)
  expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('the engine tcp://a:1 is named twice') })
})
