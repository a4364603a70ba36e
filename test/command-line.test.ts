import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MAILRIG, mailrig, start } from './run-command.ts'

describe('mailrig', () => {
  it('shows help on stdout, with examples and exit codes', async () => {
    const { code, stdout, stderr } = await mailrig('--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of ['doctor', 'build', 'up', 'down', 'clean', 'run']) expect(stdout).toContain(`\n  ${command} `)
    expect(stdout).toContain('Examples:')
    expect(stdout).toContain('Exit codes:')
    expect(stdout, 'what is not for people').not.toContain('hold')
  })

  it.each([
    [['--verison'], "unknown option '--verison'"],
    [['up', '--relase', 'trixie'], "unknown option '--relase'\n(Did you mean --release?)"],
    [
      ['up', '--release', 'sarge'],
      'there is no release "sarge"\nto do Choose one of bullseye, bookworm, trixie, forky.',
    ],
    [['pu'], "unknown command 'pu'"],
    [['up', '--mta', 'qmail'], 'there is no MTA "qmail"'],
    [['up', '--mta', 'postfix,exim'], 'up starts one server, not postfix,exim'],
    [['run', '--mta', 'postifx'], 'there is no MTA "postifx"; did you mean "postfix"?'],
    [['run', 'scenarios/no-such-folder'], 'there is no file or folder "scenarios/no-such-folder"'],
    [['down', 'nobody-started-this'], 'no rig named "nobody-started-this" is up'],
    [['init', 'src'], 'there is no package.json in '],
    [['init', '--ci', 'jenkins'], 'there is no CI service "jenkins"'],
    [['init', '--typescript', '--javascript'], "option '--javascript' cannot be used with option '--typescript'"],
    [['up', 'no-such-file.json'], 'no-such-file.json: there is no such file'],
  ])('ends with 2 for %j and says what is wrong', async (args, message) => {
    const { code, stdout, stderr } = await mailrig(...args)
    expect(stderr).toContain(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('ends with one line when what it says cannot be written', async () => {
    const { code, stderr } = await start('sh', ['-c', `"${process.execPath}" "${MAILRIG}" --help >/dev/full`]).outcome
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error stdout cannot be written: ENOSPC: no space left on device, write\n',
    })
  })

  it('ends without a word when nobody reads what it says', async () => {
    const help = start(process.execPath, [MAILRIG, '--help'])
    help.child.stdout?.destroy()
    const { code, stderr } = await help.outcome
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
  })

  it('refuses a wrong topology before anything is started, naming every place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
    try {
      const file = join(folder, 'topology.json')
      await writeFile(
        file,
        JSON.stringify({ domains: { 'example.com': { mailboxes: ['jim'], catchAll: 'joe' } }, tls: 'no' }),
      )
      const { code, stderr } = await mailrig('up', file)
      expect(code).toBe(2)
      expect(stderr).toContain('tls: "no" is wrong: expected one of "none"|"offered"|"required"')
      expect(stderr).not.toContain('starting')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('refuses a topology module that awaits what can never come, as Node ends with 13 for it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
    try {
      const file = join(folder, 'never.ts')
      await writeFile(file, 'await new Promise(() => {})\nexport default {}\n')
      const { code, stderr } = await mailrig('up', file)
      expect(stderr).toContain('never.ts: it awaits something that can never come\nto do Give a YAML or JSON file')
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining('Warning') })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('tells the right name for a scenario that is named as any other file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
    try {
      const file = join(folder, 'sales.test.ts')
      await writeFile(file, '')
      const { code, stderr } = await mailrig('run', file)
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `error ${file} is not named as a scenario\nto do If it is one, rename it: sales.scenario.ts.\n`,
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('doctor --json tells of engine, images and problems in one document', async () => {
    const { stdout } = await mailrig('doctor', '--json')
    const diagnosis = JSON.parse(stdout)
    expect(diagnosis.engine).toMatchObject({
      name: expect.any(String),
      version: expect.any(String),
      reach: expect.any(String),
    })
    expect(diagnosis.images).toContainEqual({
      server: 'postfix',
      release: 'trixie',
      tag: expect.stringMatching(/^mailrig\/postfix:trixie-[0-9a-f]{12}$/),
      present: expect.any(Boolean),
    })
    expect(diagnosis.problems).toEqual(expect.any(Array))
    expect(diagnosis.checks).toContainEqual({ name: 'start', state: 'ok', found: 'the engine starts containers' })
    expect(diagnosis.checks.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['ports', 'temp', 'state']),
    )
  })

  it('ends with 3 and a remedy where the host has no place to write to', async () => {
    const args = [MAILRIG, 'run', '--json', 'scenarios/smtp', '--mta', 'postfix', '--release', 'bookworm']
    const run = start(process.execPath, args, { env: { TMPDIR: '/nonexistent' } })
    const { code, stdout, stderr } = await run.outcome
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^error cannot write \/nonexistent\/.*\nto do .*TMPDIR.*\n$/)
  })

  it('ends with 3 and a remedy where no engine answers and none may be provided', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock', MAILRIG_ENGINE: 'existing' }
    const { code, stderr } = await start(process.execPath, [MAILRIG, 'build'], { env }).outcome
    expect(stderr).toMatch(/^error .*\n(.*\n)*to do .+/)
    expect(code).toBe(3)
  })
})
