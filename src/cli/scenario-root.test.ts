import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { scenarioRoot } from './scenario-root.ts'

let base: string
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'mailrig-')))
  for (const folder of ['here/scenarios', 'own/scenarios/deep', 'bare/..scenarios']) {
    await mkdir(join(base, folder), { recursive: true })
  }
  for (const file of ['own/package.json', 'own/scenarios/deep/a.smtp', 'bare/..scenarios/b.smtp']) {
    await writeFile(join(base, file), '')
  }
})
afterAll(() => rm(base, { recursive: true }))

it.each([
  [[], 'here'],
  [['scenarios'], 'here'],
  [['scenarios', '.'], 'here'],
  [['../own/scenarios'], 'own'],
  [['../own/scenarios/deep/a.smtp', '../own'], 'own'],
  [['../bare/..scenarios/b.smtp'], 'bare/..scenarios'],
])('runs %j in %s', (paths, root) => {
  expect(scenarioRoot(paths, join(base, 'here'))).toBe(join(base, root))
})

it('stays where a folder begins with two dots', () => {
  expect(scenarioRoot(['..scenarios'], join(base, 'bare'))).toBe(join(base, 'bare'))
})

it('refuses what belongs to several projects', () => {
  expect(() => scenarioRoot(['scenarios', '../own/scenarios'], join(base, 'here'))).toThrow(
    expect.objectContaining({ code: 'SCENARIOS_APART', exitCode: 2 }),
  )
})
