import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { matrixProjects } from '../src/report/matrix.ts'
import { installPacked } from './pack.ts'
import { type Outcome, start } from './run-command.ts'

// mailrig in a repository that is not its own, as the first minutes of a new user have it.
let folder: string
/** `npm init -y && npm install --save-dev mailrig vitest`, and TypeScript for those that want it. */
let first: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-own-'))
  first = join(folder, 'first')
  await mkdir(first)
  expect(await run(first, 'npm', 'init', '-y')).toMatchObject({ code: 0 })
  await installPacked(first, '--save-dev')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function run(cwd: string, command: string, ...args: string[]): Promise<Outcome> {
  return start(command, args, { cwd, env: { CI: '1' } }).outcome
}

/** Another project beside the first, with the same packages. */
async function project(name: string, files: Record<string, string>): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  await symlink(join(first, 'node_modules'), join(path, 'node_modules'))
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text)
  return path
}

/** Every file of a project with its text and its time, but for what is installed. */
async function snapshot(path: string): Promise<Record<string, { text: string; modified: number }>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const own = files.filter((file) => !file.slice(path.length).startsWith('/node_modules/'))
  return Object.fromEntries(
    await Promise.all(
      own.map(async (file) => {
        const { mtimeMs: modified } = await stat(file)
        return [file.slice(path.length + 1), { text: await readFile(file, 'utf8'), modified }] as const
      }),
    ),
  )
}

const CI = ['.github/workflows/mail.yml', '.gitlab-ci.yml']

it('from an empty folder two commands lead to green tests, and a second `init` changes nothing', async () => {
  const written = await run(first, 'npx', 'mailrig', 'init')
  expect(written).toMatchObject({ code: 0, stderr: '' })
  expect(written.stdout).toContain('\nNext:\n  npx vitest run\n')
  const before = await snapshot(first)
  // npm calls a new package CommonJS.
  const expected = ['vitest.config.mjs', 'mail/aliases.scenario.mjs', 'mail/no-open-relay.smtp', ...CI, '.gitignore']
  expect(Object.keys(before).sort()).toEqual([...expected, 'package.json', 'package-lock.json'].sort())

  const tests = await run(first, 'npx', 'vitest', 'run')
  expect(tests.code, tests.stdout + tests.stderr).toBe(0)
  expect(tests.stdout).toMatch(/Test Files +4 passed \(4\)\n +Tests +6 passed \(6\)/)
  expect(tests.stderr, 'warnings').toBe('')

  const again = await run(first, 'npx', 'mailrig', 'init', '--json')
  expect(JSON.parse(again.stdout).files.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
    expected.map(() => 'unchanged'),
  )
  const after = await snapshot(first)
  expect(Object.fromEntries(Object.keys(before).map((file) => [file, after[file]]))).toEqual(before)
  const ignored = Object.keys(after).filter((file) => !(file in before))
  expect(ignored.every((file) => file.startsWith('.mailrig/'))).toBe(true)
})

it('what CI is told to run runs, and leaves what CI is told to keep', async () => {
  const github = parse(await readFile(join(first, CI[0] ?? ''), 'utf8')) as {
    jobs: { mail: { steps: { run?: string; env?: Record<string, string>; with?: Record<string, string> }[] } }
  }
  const gitlab = parse(await readFile(join(first, CI[1] ?? ''), 'utf8')) as {
    mail: { script: string[]; variables: Record<string, string>; artifacts: { reports: { junit: string } } }
  }
  const { steps } = github.jobs.mail
  const commands = steps.filter(({ run: command }) => command?.startsWith('np'))
  expect(commands.map(({ run: command }) => command)).toEqual(['npm ci', 'npx vitest run'])
  expect(gitlab.mail.script).toEqual(['npm ci', 'npx vitest run'])
  // The packages are there; that npm installs what its lockfile says is not for this test to show.
  const { run: command = '', env = {} } = commands[1] ?? {}
  expect(env.MAILRIG_REPORT).toBe(gitlab.mail.variables.MAILRIG_REPORT)
  const { code, stdout, stderr } = await start('sh', ['-c', command], { cwd: first, env: { CI: '1', ...env } }).outcome
  expect(code, stdout + stderr).toBe(0)
  const kept = steps.find(({ with: options }) => options?.name === 'mail-report')?.with?.path ?? ''
  expect((await readdir(join(first, kept))).sort()).toEqual(['durations.json', 'index.html', 'junit.xml', 'run.json'])
  expect(await readFile(join(first, gitlab.mail.artifacts.reports.junit), 'utf8')).toContain('aliases.scenario.mjs')
})

it('in shards, what CI is told to run leaves one report of all', async () => {
  const path = await project('shards', { 'package.json': '{ "type": "module" }' })
  const written = await run(path, 'npx', 'mailrig', 'init', '--release', 'trixie', '--ci', 'github', '--shards', '2')
  expect(written, written.stderr).toMatchObject({ code: 0 })
  const { jobs } = parse(await readFile(join(path, CI[0] ?? ''), 'utf8')) as {
    jobs: Record<'mail' | 'report', { steps: { run?: string }[]; strategy: { matrix: { shard: number[] } } }>
  }
  const last = ({ steps }: { steps: { run?: string }[] }) =>
    steps.flatMap(({ run: command }) => (command?.includes('mailrig ') ? [command] : [])).at(-1) ?? ''
  const typed = (command: string) => start('sh', ['-c', command], { cwd: path, env: { CI: '1' } }).outcome
  for (const shard of jobs.mail.strategy.matrix.shard) {
    const { code, stdout, stderr } = await typed(last(jobs.mail).replace(/\$\{\{ matrix\.shard \}\}/, String(shard)))
    expect(code, stdout + stderr).toBe(0)
    // What the artefacts of CI do.
    await mkdir(join(path, `shards/shard-${shard}`), { recursive: true })
    await rename(join(path, 'shard/run.json'), join(path, `shards/shard-${shard}/run.json`))
  }
  const joined = await typed(last(jobs.report))
  expect(joined.code, joined.stderr).toBe(0)
  const junit = await readFile(join(path, 'report/junit.xml'), 'utf8')
  expect(junit.match(/<testsuite name="[^"]+/g)).toEqual([
    '<testsuite name="postfix-trixie mail/aliases.scenario.js',
    '<testsuite name="postfix-trixie mail/no-open-relay.smtp',
  ])
})

it('the starter passes on every server there is', async () => {
  const path = await project('every-server', { 'package.json': '{ "type": "module" }' })
  expect(await run(path, 'npx', 'mailrig', 'init', '--mta', 'all')).toMatchObject({ code: 0, stderr: '' })
  const tests = await run(path, 'npx', 'vitest', 'run')
  expect(tests.code, tests.stdout + tests.stderr).toBe(0)
  const files = 2 * matrixProjects.length
  expect(tests.stdout).toMatch(new RegExp(`Test Files +${files} passed \\(${files}\\)`))
  expect(tests.stderr, 'warnings').toBe('')
  expect(Object.keys(await snapshot(path))).toEqual(
    expect.arrayContaining(['vitest.config.js', 'mail/aliases.scenario.js', 'mail/no-open-relay.smtp']),
  )
})

it.each([
  ['an ES module package', { type: 'module', devDependencies: { typescript: '*' } }, 'ts'],
  ['a CommonJS package', { type: 'commonjs', devDependencies: { typescript: '*' } }, 'mts'],
])(
  '%s in TypeScript gets files of its kind, which run without a warning and have types',
  async (name, packageFile, extension) => {
    const options = { module: 'nodenext', target: 'es2024', strict: true, skipLibCheck: false, noEmit: true }
    const path = await project(name.replaceAll(' ', '-'), {
      'package.json': JSON.stringify(packageFile),
      'tsconfig.json': JSON.stringify({ compilerOptions: options, include: ['mail', 'vitest.config.*'] }),
    })
    const { stdout } = await run(path, 'npx', 'mailrig', 'init', '--release', 'bookworm', '--ci', 'none', '--json')
    const { files, next } = JSON.parse(stdout) as { files: { path: string }[]; next: string[] }
    expect(files.map((file) => file.path)).toEqual([
      `vitest.config.${extension}`,
      `mail/aliases.scenario.${extension}`,
      'mail/no-open-relay.smtp',
      '.gitignore',
    ])
    expect(next).toEqual(['npm install --save-dev mailrig vitest', 'npx vitest run'])
    expect(await run(path, 'npx', 'tsc')).toMatchObject({ code: 0, stdout: '' })
    const tests = await run(path, 'npx', 'vitest', 'run')
    expect(tests.code, tests.stdout + tests.stderr).toBe(0)
    expect(tests.stdout).toMatch(/Test Files +2 passed \(2\)/)
    expect(tests.stderr, 'warnings').toBe('')
  },
)

it('tests that a project has go on beside those of mail', async () => {
  const path = await project('has-tests', {
    'package.json': '{ "type": "module", "scripts": { "test": "vitest run" } }',
    'sum.test.js': "import { expect, it } from 'vitest'\n\nit('adds', () => expect(1 + 1).toBe(2))\n",
  })
  expect(await run(path, 'npx', 'mailrig', 'init', '--release', 'bookworm')).toMatchObject({ code: 0, stderr: '' })
  const tests = await run(path, 'npx', 'vitest', 'run')
  expect(tests.code, tests.stdout + tests.stderr).toBe(0)
  expect(tests.stdout).toMatch(/Test Files +3 passed \(3\)/)
  expect(tests.stdout).toContain('unit')
})

it('leaves alone what is there, and says so and what to add', async () => {
  const theirs = {
    'package.json': '{ "type": "module" }',
    'vite.config.ts': 'export default {}\n',
    '.gitlab-ci.yml': 'other: { script: [make] }\n',
    '.gitignore': 'node_modules',
  }
  const path = await project('theirs', theirs)
  await mkdir(join(path, 'mail'))
  await writeFile(join(path, 'mail/no-open-relay.smtp'), 'S: 220\n')
  const { code, stdout } = await run(path, 'npx', 'mailrig', 'init')
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^left alone +vite\.config\.ts: add to it:\n( {2}.*\n)*.*mailrigProjects\(\{ mtas: \['postfix'\] }\)/,
  )
  for (const file of ['.gitlab-ci.yml', 'mail/no-open-relay.smtp']) {
    expect(stdout).toMatch(new RegExp(`^left alone +${file}$`, 'm'))
  }
  const after = await snapshot(path)
  expect(after).not.toHaveProperty('vitest.config.js')
  for (const file of ['vite.config.ts', '.gitlab-ci.yml'] as const) expect(after[file]?.text).toBe(theirs[file])
  expect(after['mail/no-open-relay.smtp']?.text).toBe('S: 220\n')
  expect(after['.gitignore']?.text).toBe('node_modules\n.mailrig/\n')
})

it('writes no file for CI below the root of a repository, and says where it belongs', async () => {
  const path = await project('workspace', { 'package.json': '{}' })
  await mkdir(join(path, '.git'))
  const inner = join(path, 'packages')
  await mkdir(inner)
  await writeFile(join(inner, 'package.json'), '{}')
  const { stdout } = await run(path, 'npx', 'mailrig', 'init', basename(inner))
  expect(stdout).toContain(`No file for CI is written: it belongs in ${path}.`)
  expect(Object.keys(await snapshot(inner)).sort()).toEqual([
    '.gitignore',
    'mail/aliases.scenario.mjs',
    'mail/no-open-relay.smtp',
    'package.json',
    'vitest.config.mjs',
  ])
})
