import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MAILRIG, mailrig, ROOT, start } from '../run-command.ts'
import { type EngineNode, startEngineNode, withoutNodes } from './engine-node.ts'

// One run on an engine that is far away. Prints what docs/how-to/many-machines.md says of latency.
const reason = withoutNodes()
const [NAMESPACE, HERE, THERE] = ['mailrig-far-node', '10.213.78.1', '10.213.78.2']
const ENGINE = `tcp://${THERE}:2375`
const TARGET = ['--mta', 'postfix', '--release', 'bookworm']
const FILES = [
  'scenarios/rfc5321/d1-typical-transaction.smtp',
  'scenarios/rfc5321/d3-relayed-mail.smtp',
  'scenarios/bugs/early-talker.smtp',
  'scenarios/relaying',
  'scenarios/retrieval',
]

const undo: (() => Promise<unknown>)[] = []
let node: EngineNode

beforeAll(async () => {
  if (reason !== undefined) return
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-far-'))
  undo.push(() => rm(folder, { recursive: true, force: true }))
  const images = join(folder, 'images.tar')
  const built = await mailrig('build', ...TARGET, '--save', images)
  expect(built.code, built.stderr).toBe(0)
  // Anybody may use an engine that listens so: nobody but this machine reaches that namespace.
  node = await startEngineNode(NAMESPACE, THERE, { listens: ['tcp://0.0.0.0:2375'] })
  undo.push(() => node.remove())
  await node.docker('load', '--quiet', '--input', images)
}, 1_800_000)
afterAll(async () => {
  for (const step of undo.reverse()) await step()
}, 600_000)

/** Lays a line to the node on which a packet and its answer take so long together. */
async function layLine(roundTripMs: number): Promise<() => Promise<void>> {
  const program = join(ROOT, 'test/wide/line.pl')
  const line: ChildProcess = spawn('perl', [program, NAMESPACE, `${roundTripMs / 2}`, HERE, THERE], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(line, 'exit')
  const said = line.stdout && (await createInterface({ input: line.stdout })[Symbol.asyncIterator]().next())
  expect(said?.value, 'the line').toBe('ready')
  return async () => {
    line.stdin?.end()
    await ended
  }
}

async function timed(engine: readonly string[]): Promise<number> {
  const began = performance.now()
  const run = start(process.execPath, [MAILRIG, 'run', ...engine, ...TARGET, '--json', ...FILES])
  const { code, stdout, stderr } = await run.outcome
  expect(code, stderr + stdout.slice(-2_000)).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ numFailedTests: 0 })
  return (performance.now() - began) / 1000
}

it('passes on an engine however far it is, and tells what that costs', async ({ skip }) => {
  skip(reason !== undefined, reason)
  const figures: Record<string, number> = {}
  for (const roundTripMs of [0, 5, 50]) {
    const takeUp = await layLine(roundTripMs)
    try {
      await timed(['--engine', ENGINE])
      figures[`${roundTripMs} ms`] = await timed(['--engine', ENGINE])
    } finally {
      await takeUp()
    }
  }
  console.info(
    Object.entries(figures)
      .map(([what, seconds]) => `${what}: ${seconds.toFixed(1)} s`)
      .join(', '),
  )
})
