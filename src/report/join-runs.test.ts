import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { shardsOf, syntheticRun } from '../../test/synthetic-run.ts'
import { documentsOf } from './documents.ts'
import { renderPage } from './html/render-page.ts'
import { joinRuns } from './join-runs.ts'
import { renderJunit } from './junit.ts'
import { matrixProjects } from './matrix.ts'
import { mergeRuns } from './merge-runs.ts'
import type { RunDocument } from './run-document.ts'
import type { NamedRun } from './shards-together.ts'
import { renderStepSummary } from './step-summary.ts'
import { runOf, testRun } from './test-run.ts'
import { hasFailed } from './verdict.ts'

const PROJECTS = matrixProjects.slice(0, 4)
const COMMIT = '5f0c1a9d7e2b4c6a8f1d3e5b7a9c0d2e4f6a8b1c'
/** As the reporter writes it: projects in order. */
const wholeRun = (files: number): RunDocument => mergeRuns([{ ...syntheticRun(PROJECTS, files), commit: COMMIT }])
const whole = wholeRun(9)

const named = (runs: readonly RunDocument[]): NamedRun[] =>
  runs.map((run, index) => ({ path: `shard-${index + 1}.json`, run }))
const join = (runs: readonly RunDocument[]) => joinRuns(named(runs))

/** Digests of everything that is made of a run, with the times of its making taken out. */
async function madeOf(run: RunDocument): Promise<Record<string, string>> {
  const timeless = { ...run, made: run.made?.map((one) => ({ ...one, startedAt: 0, durationMs: 0 })) } as RunDocument
  const made = {
    ...documentsOf(timeless, PROJECTS),
    json: JSON.stringify(timeless),
    junit: renderJunit(timeless),
    page: await renderPage(timeless, matrixProjects),
    summary: renderStepSummary(timeless, matrixProjects),
    verdict: String(hasFailed(timeless)),
  }
  return Object.fromEntries(
    Object.entries(made).map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]),
  )
}

describe('joinRuns', () => {
  it.each([1, 3, 36])('makes of %i shards what the run had made unsharded, but for times', async (count) => {
    const shards = shardsOf(whole, count)
    const { run, ended, missing } = join(shards)
    expect([ended, missing]).toEqual([[], undefined])
    expect(await madeOf(run)).toEqual(await madeOf(whole))
    expect(await madeOf(join(shards.toReversed()).run), 'in whatever order').toEqual(await madeOf(whole))
  })

  it('would see it if a test of one were lost', async () => {
    const shards = structuredClone(shardsOf(whole, 3))
    shards[1]?.projects['postfix-trixie']?.scenarios[0]?.tests.pop()
    const [made, before] = [await madeOf(join(shards).run), await madeOf(whole)]
    for (const name of ['json', 'junit', 'page', 'summary'] as const) expect(made[name]).not.toBe(before[name])
  })

  it('takes shards of runs about other projects, and documents of no shard, beside them', () => {
    const [mine, other] = [syntheticRun(PROJECTS.slice(0, 2), 3), syntheticRun(PROJECTS.slice(2, 3), 3)]
    const alone = runOf({ 'exim-trixie': [testRun()] })
    const { run } = join([...shardsOf(mine, 2), alone, ...shardsOf(other, 2)])
    expect(Object.keys(run.projects)).toEqual([...PROJECTS.slice(0, 3), 'exim-trixie'].toSorted())
  })

  it('gives the time from the first that began to the last that ended, once', () => {
    expect(join(shardsOf(whole, 4)).run.made).toEqual([{ ...whole.made?.[0], durationMs: 1003 }])
    const [first, second] = shardsOf(whole, 2) as [RunDocument, RunDocument]
    const made = (second.made ?? []).map((one) => ({ ...one, node: '26.0.0' }))
    expect(join([first, { ...second, made }]).run.made, 'of each software').toHaveLength(2)
  })
})

describe('a shard that is missing', () => {
  it('is an error that names it and its files, and these are in the run as not run', () => {
    const shards = shardsOf(whole, 3)
    const { run, missing } = join(shards.filter((_, index) => index !== 1))
    expect(missing).toMatchObject({ code: 'SHARD_MISSING', exitCode: 2 })
    expect(missing?.message).toContain('there is no document of shard 2/3; shard-1.json is of the same run\nnot run: ')
    const lost = Object.entries(shards[1]?.projects ?? {}).flatMap(([project, { scenarios }]) =>
      scenarios.map(({ file }) => `${project} ${file}`),
    )
    for (const file of lost) expect(missing?.message).toContain(`not run: ${file}`)
    const notRun = Object.entries(run.projects).flatMap(([project, { scenarios }]) =>
      scenarios.filter(({ state }) => state === 'not-run').map(({ file }) => `${project} ${file}`),
    )
    expect(notRun.toSorted()).toEqual(lost.toSorted())
    expect(hasFailed(run)).toBe(true)
    expect(renderJunit(run).match(/<error message="not run: there is no document of shard 2\/3"/g)).toHaveLength(
      lost.length,
    )
  })

  it('may have had a project alone', () => {
    const small = { ...runOf({ 'exim-trixie': [testRun()], 'postfix-trixie': [testRun()] }), commit: COMMIT }
    const { run } = join(shardsOf(small, 2).slice(0, 1))
    expect(run.projects['postfix-trixie']).toMatchObject({
      mta: 'postfix',
      release: 'trixie',
      scenarios: [{ tests: [] }],
    })
  })
})

describe('shards that do not belong together', () => {
  const [first, second] = shardsOf(whole, 2) as [RunDocument, RunDocument]
  const fewer = shardsOf(wholeRun(8), 2)[1] as RunDocument
  const otherwise = { ...second, projects: { ...second.projects, ...first.projects } }
  const without = (run: RunDocument, name: string): RunDocument => {
    const { [name]: _, ...projects } = run.projects
    return { ...run, projects }
  }

  it.each([
    ['one twice', [first, second, second], 'SHARD_DOUBLED', ['shard-2.json', 'shard-3.json', 'both shard 2/2']],
    ['one of a run with other files', [first, fewer], 'SHARD_FOREIGN', ['shard-1.json', 'shard-2.json']],
    ['one that was split otherwise', [first, otherwise], 'SHARD_FOREIGN', ['shard-2.json', 'were not split alike']],
    [
      'files that none has',
      [first, without(second, 'postfix-trixie')],
      'SHARD_FOREIGN',
      ['none of the 2 shards has', 'postfix-trixie', 'shard-2.json'],
    ],
    ['a whole run beside them', [first, second, whole], 'SHARD_FOREIGN', ['shard-3.json is the document of no shard']],
    [
      'one of another commit',
      [first, { ...second, commit: 'abc' }],
      'SHARD_OF_ANOTHER_COMMIT',
      ['shard-2.json is of commit abc', `shard-1.json is of commit ${COMMIT}`],
    ],
    [
      'one of no known commit',
      [first, { ...second, commit: undefined }],
      'SHARD_OF_ANOTHER_COMMIT',
      ['shard-2.json is of no known commit'],
    ],
    [
      'one of another count',
      [first, shardsOf(whole, 3)[1] as RunDocument],
      'SHARD_OF_ANOTHER_COUNT',
      ['shard-2.json is shard 2/3', 'shard-1.json is shard 1/2'],
    ],
  ] as [string, RunDocument[], string, string[]][])('%s', (_, runs, code, words) => {
    const refusal = (() => {
      try {
        join(runs)
      } catch (error) {
        return error as Error
      }
    })()
    expect(refusal).toMatchObject({ code, exitCode: 2 })
    for (const word of words) expect(refusal?.message).toContain(word)
  })
})
