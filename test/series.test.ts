import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT, type RunningCommand, start } from './run-command.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-series-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** `npm run series`, with a few unit tests in place of the matrix. */
function series(...args: string[]): RunningCommand {
  return start(process.execPath, [join(ROOT, 'scripts/series/main.ts'), '--folder', folder, ...args])
}

/** Processes that keep the processors busy. */
async function busy(): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(processes.map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')))
  return commands.filter((command) => command.includes('--eval\0const p = process.ppid'))
}

it('runs the tests again and again, under stress where asked, and counts', async () => {
  const run = series('--runs', '2', '--stress', '2', '--projects', 'unit', 'src/metrics')
  await run.said('run 1')
  await expect.poll(busy, { timeout: 60_000, interval: 20 }).not.toEqual([])
  const { code, stdout, stderr } = await run.outcome
  expect(stdout, stderr).toMatch(
    /run 2, under stress, \d+ s: all passed\n\n2 runs, 1 of them under stress: 0 failures\n$/,
  )
  expect(code).toBe(0)
  expect(await busy()).toEqual([])
  expect(await readdir(folder), 'nothing failed, nothing is kept').toEqual([])
})

it('keeps the evidence of what failed', async () => {
  // A project that is not there: vitest ends before any test.
  const { code, stdout } = await series('--runs', '1', '--projects', 'nonsense').outcome
  expect(stdout).toMatch(/the run itself +1 \/ 1 +- +vitest left no outcomes\nevidence in /)
  expect(code).toBe(1)
  expect(await readFile(join(folder, 'run-1/output.txt'), 'utf8')).toContain('nonsense')
})

it('ends run and stress on Ctrl-C', async () => {
  const run = series('--runs', '9', '--stress', '--projects', 'unit')
  await expect.poll(busy, { timeout: 60_000, interval: 20 }).not.toEqual([])
  run.child.kill('SIGINT')
  const { code, stdout } = await run.outcome
  expect(stdout).toContain('0 runs')
  expect(code).toBe(130)
  expect(await busy()).toEqual([])
})

it('refuses what is no number of runs', async () => {
  const { code, stderr } = await series('--runs', '0').outcome
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('A whole number from 1 on.') })
})
