import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patience } from '../src/metrics/patience.ts'
import { installPacked, npmInstall } from './pack.ts'
import { ROOT, start } from './run-command.ts'

// What `npm publish` would send, installed into a project as a user does it.
let project: string
let installed: string

interface PackageFile {
  exports: Record<string, string | { default: string }>
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'mailrig-packed-'))
  installed = join(project, 'node_modules/mailrig')
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  await installPacked(project)
  await writeFile(
    join(project, 'first.scenario.ts'),
    `import { expect, rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })

it('delivers', async ({ smtp, mailbox }) => {
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
})
`,
  )
  // The registry, and the build of the package: minutes where the machine is busy.
}, patience(600_000))
afterAll(() => rm(project, { recursive: true, force: true }))

async function packageFile(): Promise<PackageFile> {
  return JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as PackageFile
}

function installedMailrig(...args: string[]) {
  return start(process.execPath, [join(installed, 'bin/mailrig.js'), ...args], { cwd: project }).outcome
}

/** Every file below a folder, from it, with `/` between names. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
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
  expect((await readdir(join(project, 'report'))).sort()).toEqual([
    'durations.json',
    'index.html',
    'junit.xml',
    'run.json',
  ])
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

describe('its code', () => {
  it('is what a user or a process of mailrig can come to: no test, and nothing made for tests', async () => {
    const modules = (await filesBelow(installed)).filter((file) => file.startsWith('dist/') && file.endsWith('.js'))
    expect(modules.length).toBeGreaterThan(200)
    expect(await unreached(modules)).toEqual([])
  })

  it('would be seen to hold a test helper', async () => {
    const helper = 'dist/session/scripted-peer.js'
    await writeFile(join(installed, helper), 'export function scriptedPeer() {}\n')
    await writeFile(join(installed, helper.replace(/js$/, 'd.ts')), 'export declare function scriptedPeer(): void\n')
    try {
      const modules = (await filesBelow(installed)).filter((file) => file.startsWith('dist/') && file.endsWith('.js'))
      expect(await unreached(modules)).toEqual([helper])
    } finally {
      await rm(join(installed, helper))
    }
  })

  /** Those of the modules that no way leads to from the exports, the command, or what these start or import. */
  async function unreached(modules: string[]): Promise<string[]> {
    const { exports } = await packageFile()
    const open = ['dist/cli/main.js']
    for (const target of Object.values(exports)) {
      if (typeof target === 'object') open.push(target.default.replace('./', ''))
    }
    const reached = new Set<string>()
    for (let module = open.pop(); module !== undefined; module = open.pop()) {
      if (reached.has(module)) continue
      reached.add(module)
      // With its declarations: of a module of types alone nothing else is left.
      const path = join(installed, module)
      const text = (await readFile(path, 'utf8')) + (await readFile(path.replace(/js$/, 'd.ts'), 'utf8'))
      for (const [, , target = ''] of text.matchAll(/(?:from|import|import\(|new URL\() ?(['"`])(\.[^'"`$]*)/g)) {
        const next = `${join(dirname(module), target.replace(/\.[jt]s$|\.$/, ''))}.js`.replaceAll('\\', '/')
        if (modules.includes(next)) open.push(next)
      }
    }
    // `loadChecks` imports all that lies in the folder of checks; they have no declarations.
    return modules.filter((module) => !reached.has(module) && !module.startsWith('dist/checks/'))
  }
})

describe('its types', () => {
  beforeAll(async () => {
    await writeFile(
      join(project, 'all.ts'),
      `import * as library from 'mailrig'
import * as scenarios from 'mailrig/vitest'
import * as config from 'mailrig/vitest/config'
import Reporter from 'mailrig/vitest/reporter'

export const everything = { library, scenarios, config, Reporter }
`,
    )
    const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, skipLibCheck: false, noEmit: true }
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compilerOptions, types: [] }, include: ['*.ts'] }),
    )
  })

  function compile() {
    return start(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '--project', project]).outcome
  }

  it('are whole: a project may check those of its libraries, too', async () => {
    expect(await compile()).toMatchObject({ code: 0, stdout: '' })
  })

  it('need none of dockerode, which bring a second set of those of Node', async () => {
    const [types, aside] = ['node_modules/@types/dockerode', 'dockerode'].map((path) => join(project, path))
    if (!types || !aside) throw new Error('two names give two paths')
    await rename(types, aside)
    try {
      expect(await compile()).toMatchObject({ code: 0, stdout: '' })
    } finally {
      await rename(aside, types)
    }
  })

  it('would be seen to lack those of a dependency', async () => {
    const [types, aside] = ['node_modules/@types/dns-packet', 'dns-packet'].map((path) => join(project, path))
    if (!types || !aside) throw new Error('two names give two paths')
    await rename(types, aside)
    try {
      const { stdout } = await compile()
      expect(stdout).toMatch(/mailrig\/dist\/.*error TS7016: .*'dns-packet'/)
    } finally {
      await rename(aside, types)
    }
  })
})

describe('its documents', () => {
  it('lead to nothing that is not in the package', async () => {
    const documents = (await filesBelow(installed)).filter((file) => /^(?:docs\/.*|[^/]+)\.md$/.test(file))
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/topology.md', 'docs/session-files.md']))
    const dead: string[] = []
    let links = 0
    for (const document of documents) {
      const text = await readFile(join(installed, document), 'utf8')
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:)([^)#]+)/g)) {
        links += 1
        const there = await stat(join(installed, dirname(document), target)).catch(() => undefined)
        if (!there) dead.push(`${document} → ${target}`)
      }
    }
    expect(links).toBeGreaterThan(50)
    expect(dead, 'link to what is in the package, or add it to `files` of package.json').toEqual([])
  })

  it('are named by errors as they can be opened from where the user is', async () => {
    await writeFile(join(project, 'wrong.json'), '{ "domain": {} }')
    const { code, stderr } = await installedMailrig('up', 'wrong.json')
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('domain: there is no such key') })
    const [document = ''] = /\S+\.md/.exec(stderr) ?? []
    expect(document).toBe('node_modules/mailrig/docs/topology.md')
    expect(await readFile(join(project, document), 'utf8')).toContain('# ')
  })
})

describe('vitest', () => {
  // The last tests of this project: they spoil it.
  const OLD = 'vitest@4.1.12'
  const CONFIG = `import { defineConfig } from 'vitest/config'
import { mailrigGlobalSetup, mailrigProjects } from 'mailrig/vitest/config'

export default defineConfig({
  test: { globalSetup: [mailrigGlobalSetup], projects: mailrigProjects({ mtas: ['postfix'], releases: ['bookworm'] }) },
})
`

  function vitestRun(cwd: string) {
    return start(process.execPath, [join(cwd, 'node_modules/vitest/vitest.mjs'), 'run'], { cwd }).outcome
  }

  it('is one copy, the project’s own', async () => {
    const { dependencies, peerDependencies } = await packageFile()
    expect(Object.keys(dependencies)).not.toContain('vitest')
    expect(Object.keys(peerDependencies)).toEqual(['vitest'])
    const copies = (await filesBelow(join(project, 'node_modules'))).filter((file) =>
      /(?:^|\/)vitest\/package\.json$/.test(file),
    )
    expect(copies).toEqual(['vitest/package.json'])
  })

  it('that runs need not be the one that mailrig finds, and is refused if it is of another major', async () => {
    const other = join(project, 'other')
    await mkdir(other)
    await writeFile(join(other, 'package.json'), '{ "type": "module" }')
    await npmInstall(other, OLD)
    // As by `npm link`, or in a monorepo: mailrig has its own vitest beside it.
    await symlink(installed, join(other, 'node_modules/mailrig'))
    await writeFile(join(other, 'vitest.config.js'), CONFIG)
    await writeFile(join(other, 'first.scenario.ts'), await readFile(join(project, 'first.scenario.ts')))
    const { code, stdout, stderr } = await vitestRun(other)
    expect(stdout + stderr).toContain('mailrig needs vitest 5; this run is 4.1.12')
    expect(stdout + stderr).not.toMatch(/TypeError|SyntaxError|\n {4}at /)
    expect(code).toBe(1)
  })

  it('of another major is refused with the one that is needed', async () => {
    await npmInstall(project, '--no-save', '--legacy-peer-deps', OLD)
    await writeFile(join(project, 'vitest.config.js'), CONFIG)
    const byVitest = await vitestRun(project)
    const byMailrig = await installedMailrig('run')
    for (const { stdout, stderr } of [byVitest, byMailrig]) {
      expect(stdout + stderr).toContain('mailrig needs vitest 5; this run is 4.1.12\nto do Run `npm install')
      expect(stdout + stderr).not.toMatch(/TypeError|SyntaxError|\n {4}at /)
    }
    expect([byVitest.code, byMailrig.code]).toEqual([1, 2])
  })

  it('is needed by `run` alone', async () => {
    await rm(join(project, 'node_modules/vitest'), { recursive: true })
    const missing = await installedMailrig('run')
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    expect(missing.stderr).toMatch(/^error mailrig needs vitest 5 to run tests, and there is none\nto do Run `npm/)
    for (const [command, heard] of [
      [['doctor'], 'engine '],
      [['report', 'no-such-run.json'], 'cannot read no-such-run.json'],
      [['play', 'no-such-file.smtp'], 'no-such-file.smtp'],
    ] as const) {
      const { stdout, stderr } = await installedMailrig(...command)
      expect(stdout + stderr).toContain(heard)
      expect(stdout + stderr).not.toContain('vitest')
    }
    const library = await start(process.execPath, ['--input-type=module', '--eval', "await import('mailrig')"], {
      cwd: project,
    }).outcome
    expect(library).toMatchObject({ code: 0, stderr: '' })
  })
})
