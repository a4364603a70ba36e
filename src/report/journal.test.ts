import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assignmentOf } from './assignment.ts'
import { joinRuns } from './join-runs.ts'
import { Journal } from './journal.ts'
import { renderJunit } from './junit.ts'
import { readRun } from './read-run.ts'
import type { RunDocument, TestRun } from './run-document.ts'
import { testRun } from './test-run.ts'

const [A, B, C] = ['a.smtp', 'b.smtp', 'c.smtp'].map((name) => `scenarios/${name}`) as [string, string, string]
const server = { project: 'exim-trixie', mta: 'exim', release: 'trixie' }
const units = [A, B, C].map((file) => ({ ...server, file }))
const tests = ['one', 'two'].map((name) => testRun({ name }))
const head: RunDocument = {
  format: 1,
  shard: { index: 1, count: 1, whole: assignmentOf(units) },
  unfinished: assignmentOf(units),
  projects: { 'exim-trixie': { mta: 'exim', release: 'trixie', files: [A, B, C], filtered: false, scenarios: [] } },
}

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  path = join(folder, 'shard/run.json')
})
afterEach(() => rm(folder, { recursive: true }))

/** A run that has done one file, is at the second test of the next, and has not begun the last. */
async function written(): Promise<string> {
  const journal = new Journal(path, head)
  const { project } = server
  const known = (file: string) => tests.map(({ name }, index) => ({ id: `${file} ${index}`, name }))
  journal.add({ project, file: A, tests: known(A) })
  for (const [index, test] of tests.entries()) journal.add({ project, file: A, id: `${A} ${index}`, test })
  journal.add({ project, scenario: { file: A, state: 'passed', durationMs: 7, tests } })
  journal.add({ project, file: B, tests: known(B) })
  journal.add({ project, file: B, id: `${B} 0`, test: tests[0] as TestRun })
  journal.close()
  return readFile(path, 'utf8')
}

const statesOf = (run: RunDocument) =>
  Object.fromEntries(
    (run.projects['exim-trixie']?.scenarios ?? []).map(({ file, state, tests: some }) => [
      file,
      [state, ...some.map((test) => test.state)],
    ]),
  )

describe('what is left of a run that was killed', () => {
  it('is what had ended; the rest is not run, and says so', async () => {
    await written()
    const run = await readRun(path)
    expect(statesOf(run)).toEqual({
      [A]: ['passed', 'passed', 'passed'],
      [B]: ['not-run', 'passed', 'not-run'],
      [C]: ['not-run'],
    })
    expect(run.projects['exim-trixie']?.scenarios[1]?.tests[1]?.reason).toBe(
      'not run: shard 1/1 was ended before it came to this',
    )
    expect(joinRuns([{ path, run }]).ended).toEqual([
      `${path}: shard 1/1 was ended before it had run 2 files`,
      `not run: exim-trixie ${B}`,
      `not run: exim-trixie ${C}`,
    ])
    expect(renderJunit(run)).toContain(
      '<testcase classname="exim-trixie scenarios/b.smtp" name="two" file="scenarios/b.smtp" time="0.000">\n      <error message="not run: shard 1/1 was ended before it came to this"/>',
    )
  })

  it('is never wrong, wherever the last line was cut', async () => {
    const text = await written()
    const first = text.indexOf('\n') + 1
    const cuts = Array.from({ length: text.length }, (_, index) => index + 1).filter(
      (end) => end >= first - 1 && (end % 13 === 0 || text.slice(end - 2, end + 1).includes('\n')),
    )
    for (const end of [...cuts, text.length]) {
      await writeFile(path, text.slice(0, end))
      const states = statesOf(await readRun(path))
      expect(Object.keys(states), 'each file is there').toEqual([A, B, C])
      const done = text
        .slice(0, end)
        .split('\n')
        .filter((line) => line.includes('"test":') && isWhole(line))
      const passed = Object.values(states).flatMap(([, ...some]) => some.filter((state) => state === 'passed'))
      expect(passed, `of ${end} octets`).toHaveLength(done.length)
    }
  })

  it('is refused where a line in the middle is none of it', async () => {
    const lines = (await written()).split('\n')
    await writeFile(path, lines.with(2, '{"project":"exim-trixie"}').join('\n'))
    await expect(readRun(path)).rejects.toThrow(expect.objectContaining({ code: 'BAD_RUN' }))
    await writeFile(path, `${JSON.stringify({ format: 1, projects: {} })}\n{}`)
    await expect(readRun(path), 'behind a whole document').rejects.toThrow(expect.objectContaining({ code: 'BAD_RUN' }))
  })
})

function isWhole(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
