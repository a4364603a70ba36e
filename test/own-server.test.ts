import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { defineServer } from '../src/servers/define-server.ts'
import { addServer, MTA_NAMES, mtaNamed } from '../src/servers/registry.ts'
import { MAILRIG, ROOT, start } from './run-command.ts'

const CONFIG = 'test/fixtures/own-server/vitest.config.ts'
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const SOURCES = '--conditions=mailrig-source'

it('a server of a package of its own is booted, spoken to and read like those of mailrig', async () => {
  const args = [SOURCES, VITEST, 'run', '--configLoader', 'native', '--config', CONFIG, '--reporter=verbose']
  const { code, stdout, stderr } = await start(process.execPath, args).outcome
  expect(stdout + stderr).toContain('answers, and says what it did')
  expect(stdout).toMatch(/sink-bookworm.*Refuses what is not its own/)
  expect(stdout, 'no feature is listed').toMatch(/nobody has shown that Sink can do "dsn"/)
  expect(stdout).toMatch(/Tests +2 passed \| 1 skipped/)
  expect(code).toBe(0)
})

it('mailrig.config.ts makes it known to the command line, and only there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const build = () =>
    start(process.execPath, [SOURCES, MAILRIG, 'build', '--mta', 'sink', '--release', 'bookworm'], { cwd: folder })
      .outcome
  const unknown = await build()
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain('there is no MTA "sink"')

  const server = JSON.stringify(join(ROOT, 'test/fixtures/own-server/server.ts'))
  await writeFile(join(folder, 'mailrig.config.mjs'), `export { default as mine } from ${server}\n`)
  const wrong = await build()
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('names no servers')

  await writeFile(
    join(folder, 'mailrig.config.mjs'),
    `import mine from ${server}\nexport default { servers: [mine] }\n`,
  )
  expect(await build()).toMatchObject({ code: 0 })
})

it('a name that is taken is refused, and what is no server', () => {
  const postfix = mtaNamed('postfix')
  const place = { folder: '/nowhere', module: 'file:///another.ts' }
  expect(() => addServer(defineServer({ adapter: postfix, ...place }))).toThrow(/"postfix" already/)
  expect(MTA_NAMES.filter((name) => name === 'postfix')).toHaveLength(1)
  expect(() => defineServer({ adapter: { ...postfix, name: 'No Good' }, ...place })).toThrow(/cannot be the name/)
  expect(() => defineServer({ adapter: postfix, ...place, module: './relative.ts' })).toThrow(
    /is not the URL of a file/,
  )
})
