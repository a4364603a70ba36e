import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startVitest } from '../../test/run-command.ts'

/** Runs the projects of the fixture: the exit code, and project → the process it ran in. */
async function run(env: NodeJS.ProcessEnv = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-forks-'))
  try {
    const list = join(folder, 'list')
    const config = 'test/fixtures/lasting-forks/vitest.config.ts'
    const { code, stdout, stderr } = await startVitest(config, { LASTING_FORKS_LIST: list, ...env }).outcome
    const lines = (await readFile(list, 'utf8')).trimEnd().split('\n')
    const processes = Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, id]) => [name, Number(id)]))
    return {
      passed: code === 0,
      output: stdout + stderr,
      processes: processes as Record<'first' | 'second' | 'third', number>,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const isGone = (id: number) => {
  try {
    return process.kill(id, 0) && false
  } catch {
    return true
  }
}

it('goes on in the process of the project before, which loads its modules anew, where the environment is the same', async () => {
  const { passed, output, processes } = await run()
  expect(passed, output).toBe(true)
  expect(processes.second).toBe(processes.first)
  expect(processes.third).not.toBe(processes.first)
  expect(Object.values(processes).filter((id) => !isGone(id))).toEqual([])
}, 60_000)

it('starts another process when one has died, and says that it died', async () => {
  const { passed, output, processes } = await run({ LASTING_FORKS_DIES: 'first' })
  expect(passed).toBe(false)
  expect(output).toContain('Worker exited unexpectedly')
  expect(processes.second).not.toBe(processes.first)
  expect(output).toMatch(/Tests +2 passed/)
}, 60_000)
