import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { matrixProjects } from '../src/report/matrix.ts'
import { mailrig } from './run-command.ts'
import { shardsOf } from './synthetic-run.ts'

const PROJECTS = matrixProjects
const FILE = 'scenarios/smtp/a.scenario.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The record of a run in which every server answered one command so. */
async function record(name: string, value: string, projects = PROJECTS, covers = ['P8']): Promise<string> {
  const observations = [{ name: 'unknown user', value }]
  const tests = [{ name: 'refuses', state: 'passed', durationMs: 1, covers, observations }]
  const scenarios = [{ file: FILE, state: 'passed', durationMs: 1, tests }]
  const path = join(folder, name)
  const parts = projects.map((project) => {
    const [mta, release] = project.split('-')
    return [project, { mta, release, files: [FILE], filtered: false, scenarios }]
  })
  await writeFile(path, JSON.stringify({ format: 1, projects: Object.fromEntries(parts) }))
  return path
}

describe('mailrig report', () => {
  it('writes the documents, finds them up to date, then out of date, and says what changed', async () => {
    const docs = ['--docs', join(folder, 'docs')]
    const first = await record('first.json', '550')
    expect(await mailrig('report', first, ...docs)).toMatchObject({ code: 0, stdout: '' })
    expect((await readdir(join(folder, 'docs'))).sort()).toEqual([
      'authentication.md',
      'behaviour.json',
      'behaviour.md',
      'coverage.md',
    ])
    expect(await readFile(join(folder, 'docs', 'behaviour.md'), 'utf8')).toContain(
      '| unknown user |  | 550 | ″ | 550 |',
    )
    expect(await mailrig('report', '--check', first, ...docs)).toMatchObject({ code: 0, stdout: '' })

    const second = await record('second.json', '250')
    const checked = await mailrig('report', '--check', second, ...docs)
    expect(checked.stdout).toContain(`${FILE} · unknown user · exim-trixie\n  - 550\n  + 250\n`)
    expect(checked.code).toBe(1)
    expect((await mailrig('report', '--check', first, ...docs)).code, 'a check writes nothing').toBe(0)
  })

  it('joins the runs of several jobs', async () => {
    const jobs = await Promise.all(PROJECTS.map((project) => record(`${project}.json`, '550', [project])))
    expect((await mailrig('report', ...jobs, '--docs', join(folder, 'docs'))).code).toBe(0)
  })

  it('writes the report of some targets alone, and names those there are', async () => {
    const run = await record('run.json', '550')
    const report = join(folder, 'report')
    const { code } = await mailrig('report', run, '--html', report, '--target', 'exim-trixie')
    expect(code).toBe(0)
    expect(Object.keys(JSON.parse(await readFile(join(report, 'run.json'), 'utf8')).projects)).toEqual(['exim-trixie'])
    const unknown = await mailrig('report', run, '--html', report, '--target', 'exim-trixy')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('there is no "exim-trixy" in these runs; did you mean "exim-trixie"?')
    expect(await mailrig('report', run, '--target', 'exim-trixie')).toMatchObject({ code: 2 })
  })

  it('writes the report of whatever runs there are', async () => {
    const jobs = [await record('a.json', '550', ['exim-trixie']), await record('b.json', '550', ['postfix-trixie'])]
    const html = join(folder, 'report')
    expect(await mailrig('report', '--html', html, ...jobs)).toMatchObject({ code: 0, stdout: '' })
    expect((await readdir(html)).sort()).toEqual(['durations.json', 'index.html', 'junit.xml', 'run.json'])
    expect(await readFile(join(html, 'junit.xml'), 'utf8')).toContain(`name="exim-trixie ${FILE}"`)
    expect(await readFile(join(html, 'index.html'), 'utf8')).toContain('"exim-trixie"')
    expect((await mailrig('report', '--html', html, '--check', ...jobs)).code, 'two wishes at once').toBe(2)
  })

  it('ends with 1 where something failed', async () => {
    const path = await record('failed.json', '550', ['exim-trixie'])
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('"passed"', '"failed"'))
    const failed = await mailrig('report', '--html', join(folder, 'report'), path)
    expect(failed).toMatchObject({ code: 1, stdout: '' })
    expect(failed.stderr).toContain('0 passed, 1 failed on 1 project')
  })

  it('writes nothing where shards do not belong together', async () => {
    const whole = JSON.parse(await readFile(await record('a.json', '550', ['exim-trixie']), 'utf8'))
    const paths = await Promise.all(
      shardsOf(whole, 1).flatMap((shard) =>
        ['one.json', 'two.json'].map(async (name) => {
          await writeFile(join(folder, name), JSON.stringify(shard))
          return join(folder, name)
        }),
      ),
    )
    const doubled = await mailrig('report', '--html', join(folder, 'report'), ...paths)
    expect(doubled.code).toBe(2)
    expect(doubled.stderr).toMatch(/two\.json and \S+one\.json are both shard 1\/1/)
    expect(await readdir(folder)).not.toContain('report')
  })

  it('refuses a part of the matrix, an id that stands for nothing, and what is no record', async () => {
    const docs = ['--docs', join(folder, 'docs')]
    const part = await mailrig('report', await record('part.json', '550', PROJECTS.slice(1)), ...docs)
    expect(part.stderr).toContain('postfix-bookworm did not run')
    const slip = await mailrig('report', await record('slip.json', '550', PROJECTS, ['P99']), ...docs)
    expect(slip.stderr).toContain('scenarios cover P99, and there is no such id')
    const none = await mailrig('report', join(folder, 'none.json'), ...docs)
    expect(none.stderr).toContain('none.json')
    const noFolder = await mailrig('report', '--html', join(folder, 'part.json'), join(folder, 'slip.json'))
    expect(noFolder.stderr).toMatch(
      /^error the folder \S+part\.json cannot be made: [\s\S]*Name another one with --html\.$/m,
    )
    const noFile = await mailrig('report', folder, ...docs)
    expect(noFile.stderr).toContain(
      `cannot read ${folder}: it is a folder\nto do Name a file, such as ${join(folder, 'run.json')}.`,
    )
    expect([part, slip, none, noFolder, noFile].map(({ code }) => code)).toEqual([2, 2, 2, 2, 2])
    expect(await readdir(folder)).not.toContain('docs')
  })
})
