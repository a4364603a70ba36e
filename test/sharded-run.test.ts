import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patience } from '../src/metrics/patience.ts'
import { readRun } from '../src/report/read-run.ts'
import { MAILRIG, mailrig, type RunningCommand, start } from './run-command.ts'

// Three cheap files on one server, whole and in two parts.
const SESSION = (title: string) => `---
title: ${title}
domains: { example.com: { mailboxes: [jim] } }
---
S: 220
C: EHLO client.example
S: 250 +SIZE
C: RSET
S: 250
`
const SCENARIO = `import { expect, rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })

it('answers', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo('client.example')
  expect(await session.command('RSET')).toReply(250)
  observe('NOOP', await session.command('NOOP'))
})
`
/** A test that ends, and one that waits to be killed. */
const KILLED = `import { rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } })

it('has ended', async ({ smtp }) => {
  await smtp.session()
})
it('is under way', async ({ smtp }) => {
  const session = await smtp.session()
  process.stderr.write('UNDER WAY\\n')
  await session.silence(60_000)
})
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-shards-'))
  await mkdir(join(folder, 'mail'))
  await writeFile(join(folder, 'mail/a.smtp'), SESSION('It resets'))
  await writeFile(join(folder, 'mail/b.smtp'), SESSION('It resets again'))
  await writeFile(join(folder, 'mail/c.scenario.ts'), SCENARIO)
})
afterAll(() => rm(folder, { recursive: true }))

function run(...args: string[]): RunningCommand {
  const server = ['--mta', 'postfix', '--release', 'trixie']
  return start(process.execPath, [MAILRIG, 'run', ...server, ...args], { cwd: folder })
}
const report = (to: string, ...from: string[]) =>
  mailrig('report', '--html', join(folder, to), ...from.map((one) => join(folder, one)))
/** What is left when times are taken out. */
const junitOf = async (name: string) =>
  (await readFile(join(folder, name, 'junit.xml'), 'utf8')).replaceAll(/ time="[\d.]+"/g, '')

describe('mailrig run --shard', () => {
  it('runs each file in one shard, and their report is that of the whole run', async () => {
    const whole = await run('--report', 'whole').outcome
    expect(whole.code, whole.stdout + whole.stderr).toBe(0)
    expect(await readdir(join(folder, '.mailrig'))).toEqual(expect.arrayContaining(['durations.json', 'run.json']))
    for (const index of [1, 2]) {
      const { code, stdout, stderr } = await run('--shard', `${index}/2`, '--report', `part-${index}`).outcome
      expect(code, stdout + stderr).toBe(0)
    }
    const parts = await Promise.all([1, 2].map((index) => readRun(join(folder, `part-${index}/run.json`))))
    const files = parts.map(({ projects }) => (projects['postfix-trixie']?.scenarios ?? []).map(({ file }) => file))
    expect(files.flat().toSorted()).toEqual(['mail/a.smtp', 'mail/b.smtp', 'mail/c.scenario.ts'])
    expect(files.map(({ length }) => length).toSorted(), 'none does all').toEqual([1, 2])
    expect(await readdir(join(folder, '.mailrig')), 'and none overwrites the other').toEqual(
      expect.arrayContaining(['run-1-2.json', 'run-2-2.json']),
    )

    expect(await report('joined', 'part-1/run.json', 'part-2/run.json')).toMatchObject({ code: 0, stdout: '' })
    expect(await junitOf('joined')).toBe(await junitOf('whole'))
    expect((await readRun(join(folder, 'joined/run.json'))).shard, 'it is a whole run').toBeUndefined()

    const half = await report('half', 'part-1/run.json')
    expect(half.code, half.stderr).toBe(2)
    expect(half.stderr).toContain('there is no document of shard 2/2')
    for (const file of files[1] ?? []) {
      expect(half.stderr).toContain(`not run: postfix-trixie ${file}`)
      expect(await junitOf('half')).toContain(`name="${file}"`)
    }
  })

  it('refuses more parts than files, and durations that are none, before anything starts', async () => {
    const many = await run('--shard', '1/4').outcome
    expect(many.stderr).toContain('--shard 1/4: there are 3 scenario files on all servers together')
    const none = await run('--shard', '1/2', '--durations', 'none.json').outcome
    expect(none.stderr).toContain('none.json')
    const alone = await run('--durations', 'whole/durations.json').outcome
    expect(alone.stderr).toContain('--shard is not there')
    expect([many.code, none.code, alone.code]).toEqual([2, 2, 2])
  })

  it('leaves what had ended when it is killed', async () => {
    const own = join(folder, 'killed')
    await cp(join(folder, 'mail'), join(own, 'mail'), { recursive: true })
    await writeFile(join(own, 'mail/c.scenario.ts'), KILLED)
    const args = ['run', '--mta', 'postfix', '--release', 'trixie', '--shard', '1/1', '--report', 'part', 'mail']
    const killed = start(process.execPath, [MAILRIG, ...args], { cwd: own })
    await killed.said('UNDER WAY')
    // Vitest tells of a test that has ended a moment later than of what another prints.
    await expect
      .poll(() => readFile(join(own, 'part/run.json'), 'utf8'), { interval: 20, timeout: patience(20_000) })
      .toContain('"test":{"name":"has ended"')
    killed.child.kill('SIGKILL')
    await killed.outcome
    const joined = await report('after', 'killed/part/run.json')
    expect(joined.code, joined.stderr).toBe(1)
    expect(joined.stderr).toContain('shard 1/1 was ended before it had run ')
    expect(joined.stderr).toContain('not run: postfix-trixie mail/c.scenario.ts')
    const junit = await junitOf('after')
    const classname = 'postfix-trixie mail/c.scenario.ts'
    const file = 'mail/c.scenario.ts'
    expect(junit).toContain(`<testcase classname="${classname}" name="has ended" file="${file}"/>`)
    expect(junit).toContain(
      `name="is under way" file="${file}">\n      <error message="not run: shard 1/1 was ended before it came to this"/>`,
    )
  })
})
