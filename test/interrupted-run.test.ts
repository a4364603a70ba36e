import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MAILRIG, start } from './run-command.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-interrupted-'))
  await writeFile(
    join(folder, 'three.scenario.ts'),
    `import { expect, rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })

it('fails before', async ({ mta }) => {
  expect(mta.name).toBe('the wrong one')
})
it('is under way', async ({ smtp }) => {
  const session = await smtp.session()
  process.stderr.write('UNDER WAY\\n')
  await session.silence(2_000)
})
it('never begins', async ({ smtp }) => {
  await smtp.session()
  process.stderr.write('BEGUN\\n')
})
`,
  )
})
afterAll(() => rm(folder, { recursive: true }))

it('ends with the test that is under way at Ctrl-C, and tells what failed until then', async () => {
  const run = start(process.execPath, [MAILRIG, 'run', '--mta', 'postfix', '--release', 'bookworm', folder])
  await run.said('UNDER WAY')
  run.child.kill('SIGINT')
  const { code, stdout, stderr } = await run.outcome
  expect(code, stdout + stderr).toBe(130)
  expect(stderr).toContain('SIGINT: the run ends with the tests that are under way')
  expect(stdout + stderr).toMatch(/FAIL .*three\.scenario\.ts > fails before/)
  expect(stdout + stderr).toContain('the wrong one')
  expect(stderr).not.toContain('BEGUN')
})
