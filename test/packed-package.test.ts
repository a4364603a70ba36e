import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT, start } from './run-command.ts'

// What `npm publish` would send, unpacked as `npm install` does it, beside the dependencies it declares and no others.
let project: string

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'mailrig-packed-'))
  const packed = await start('npm', ['pack', '--json', '--pack-destination', project]).outcome
  expect(packed.code, packed.stderr).toBe(0)
  const { dependencies, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    version: string
  }
  const installed = join(project, 'node_modules/mailrig')
  await mkdir(installed, { recursive: true })
  const tarball = join(project, `mailrig-${version}.tgz`)
  const unpacked = await start('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']).outcome
  expect(unpacked.code, unpacked.stderr).toBe(0)
  for (const name of Object.keys(dependencies)) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(ROOT, 'node_modules', name), link)
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(project, 'first.scenario.ts'),
    `import { expect, rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })

it('delivers', async ({ smtp, mailbox }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
})
`,
  )
})
afterAll(() => rm(project, { recursive: true, force: true }))

function installedMailrig(...args: string[]) {
  return start(process.execPath, [join(project, 'node_modules/mailrig/bin/mailrig.js'), ...args], { cwd: project })
    .outcome
}

it('has every command', async () => {
  const { code, stdout, stderr } = await installedMailrig('--help')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('Usage: mailrig')
})

it('runs a scenario in a folder without any configuration, prints one JSON document, and writes its report', async () => {
  const { code, stdout, stderr } = await installedMailrig(
    'run',
    '--mta',
    'postfix',
    '--release',
    'bookworm',
    '--json',
    '--report',
    'report',
  )
  expect(code, stdout + stderr).toBe(0)
  expect((await readdir(join(project, 'report'))).sort()).toEqual(['index.html', 'junit.xml', 'run.json'])
  expect(await readFile(join(project, 'report/index.html'), 'utf8')).toContain('first.scenario.ts')
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 1, numTotalTests: 1 })
})

it('uses the images that the checkout uses', async () => {
  const { stdout } = await installedMailrig('doctor', '--json')
  const checkout = await start(process.execPath, [join(ROOT, 'bin/mailrig.js'), 'doctor', '--json']).outcome
  expect(JSON.parse(stdout).images).toEqual(JSON.parse(checkout.stdout).images)
})

it('finds no scenario in a folder that has none, and says what one is', async () => {
  const { code, stdout, stderr } = await installedMailrig('run', 'node_modules/mailrig/docker')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^error there is no scenario in .*\nto do A scenario is a file named \*\.scenario\.ts/)
})
