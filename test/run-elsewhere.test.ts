import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MAILRIG, ROOT, start } from './run-command.ts'

// Scenarios outside of the working directory, where nobody has installed anything.
let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'mailrig-'))
  await mkdir(join(base, 'here'))
  await mkdir(join(base, 'own/scenarios'), { recursive: true })
  await writeFile(join(base, 'own/scenarios/greets.smtp'), '---\ntitle: greets\n---\nS: 220\n')
  await writeFile(
    join(base, 'own/scenarios/delivers.scenario.ts'),
    `import { parseTopology } from 'mailrig'
import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'

describe('own', () => {
  const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })

  it('delivers', async ({ smtp, mailbox }) => {
    expect(parseTopology({}).host).toBe('mx.example.com')
    await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
  })
})
`,
  )
})
afterAll(() => rm(base, { recursive: true }))

const run = (...args: string[]) =>
  start(process.execPath, [MAILRIG, 'run', '--mta', 'postfix', '--release', 'bookworm', ...args], {
    cwd: join(base, 'here'),
  }).outcome

it('runs them where they are', async () => {
  const { code, stdout, stderr } = await run('--json', '../own/scenarios')
  expect(code, stdout + stderr).toBe(0)
  const { testResults } = JSON.parse(stdout) as { testResults: { assertionResults: { fullName: string }[] }[] }
  const names = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName))
  expect(names.sort()).toEqual(['greets', 'own delivers'])
})

it('says why not, where they belong to several projects', async () => {
  const { code, stderr } = await run('.', '../own/scenarios')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^error .*here and .*own\/scenarios do not belong to one project\nto do Run them one after/)
})

it.each([
  ['all of them', ['--mta', 'exim'], 'no projects exim-bookworm, exim-trixie'],
  ['one of them', ['--mta', 'exim,postfix', '--release', 'bookworm'], 'no project exim-bookworm'],
  ['a release', ['--release', 'bookworm,trixie'], /no projects .*postfix-trixie/],
])('ends with 2 where the configuration has not what was asked for: %s', async (_, asked, expected) => {
  const folder = join(base, 'configured')
  const config = pathToFileURL(join(ROOT, 'src/vitest/config.ts')).href
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'greets.smtp'), '---\ntitle: greets\n---\nS: 220\n')
  await writeFile(
    join(folder, 'vitest.config.mjs'),
    `import { mailrigGlobalSetup, mailrigProjects } from '${config}'
const projects = mailrigProjects({ mtas: ['postfix'], releases: ['bookworm'] })
export default { test: { globalSetup: [mailrigGlobalSetup], projects } }
`,
  )
  const args = [MAILRIG, 'run', ...asked, 'greets.smtp']
  const { code, stderr } = await start(process.execPath, args, { cwd: folder }).outcome
  expect(stderr).toMatch(/^error the vitest configuration in /)
  expect(stderr).toMatch(expected)
  expect(stderr).toContain('to do Add the servers to `mtas`')
  expect(code).toBe(2)
})

it('ends with 2 where the configuration of the project cannot be loaded, and says why', async () => {
  const folder = join(base, 'broken')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'greets.smtp'), '---\ntitle: greets\n---\nS: 220\n')
  await writeFile(join(folder, 'vitest.config.mjs'), "import './missing.mjs'\nexport default {}\n")
  const { code, stderr } = await start(process.execPath, [MAILRIG, 'run', 'greets.smtp'], { cwd: folder }).outcome
  expect(stderr).toMatch(/^error the vitest configuration in \S+ cannot be loaded:$/m)
  expect(stderr).toContain('missing.mjs')
  expect(stderr).toMatch(/^to do Correct it/m)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(code).toBe(2)
})
