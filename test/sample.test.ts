import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT, start } from './run-command.ts'
import { BUILD_MS, ensureSampleImages, SAMPLE } from './sample-images.ts'

const START = join(ROOT, 'scripts/start.mjs')

/** The faults planted in the sample: a line of a file, how it is mended, and the check that notices it. */
const PLANTED = [
  {
    file: 'postfix/main.cf',
    line: 'mynetworks = 127.0.0.0/8 [::1]/128 0.0.0.0/0',
    mended: 'mynetworks = 127.0.0.0/8 [::1]/128',
    severity: 'fault',
    check: 'relay-refused',
  },
  {
    file: 'postfix/main.cf',
    line: 'local_recipient_maps =',
    mended: '# local_recipient_maps: the default',
    severity: 'risk',
    check: 'unknown-is-refused',
  },
  {
    file: 'dovecot/conf.d/10-auth.conf',
    line: 'disable_plaintext_auth = no',
    mended: 'disable_plaintext_auth = yes',
    severity: 'risk',
    check: 'imap-login-not-in-clear-text',
  },
] as const

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-sample-'))
  await ensureSampleImages('bookworm')
}, BUILD_MS)
afterAll(() => rm(folder, { recursive: true }))

interface Found {
  releases: { starts: boolean; findings: unknown[]; checks: { id: string; verdict: string; decidedBy?: string }[] }[]
}

it('npm start names the three planted faults of the sample with their lines, worst first, and nothing else', async () => {
  const { code, stdout, stderr } = await start(process.execPath, [START]).outcome
  expect(code, stderr).toBe(0)
  const expected = await Promise.all(
    PLANTED.map(async ({ file, line, severity }) => {
      const lines = (await readFile(join(SAMPLE, file), 'utf8')).split('\n')
      return `${severity}  /etc/${file}:${lines.indexOf(line) + 1} ${line}`
    }),
  )
  const told = stdout.split('\n').filter((line) => /^(?:fault|risk|note|could not be told) {2}/.test(line))
  expect(told, stdout).toEqual(expected)
  for (const { check } of PLANTED) expect(stdout).toContain(check)
  expect(stderr).toContain('three faults were planted')
})

it('npm start -- DIR finds none of them once they are mended, nor anything else, and writes a report', async () => {
  const etc = join(folder, 'etc')
  const report = join(folder, 'report')
  await cp(SAMPLE, etc, { recursive: true })
  for (const { file, line, mended } of PLANTED) {
    const text = await readFile(join(etc, file), 'utf8')
    expect(text.split('\n')).toContain(line)
    await writeFile(join(etc, file), text.replace(`${line}\n`, `${mended}\n`))
  }
  const { code, stdout, stderr } = await start(process.execPath, [START, etc, '--json', '--report', report]).outcome
  const { releases } = JSON.parse(stdout) as Found
  expect(releases).toHaveLength(1)
  for (const { starts, findings, checks } of releases) {
    expect(starts).toBe(true)
    expect(findings).toEqual([])
    expect(checks.filter(({ verdict }) => verdict === 'fault' || verdict === 'unknown')).toEqual([])
    for (const { check } of PLANTED) {
      expect(checks.find(({ id }) => id === check)).toMatchObject({ verdict: 'ok' })
    }
  }
  expect(code, stderr).toBe(0)
  const [document, junit, page] = await Promise.all(
    ['check.json', 'junit.xml', 'index.html'].map((name) => readFile(join(report, name), 'utf8')),
  )
  expect(JSON.parse(document ?? '')).toEqual(JSON.parse(stdout))
  expect(junit).toMatch(/<testcase [^>]*name="relay-refused: [^>]*\/>/)
  expect(page).toContain('<h1>mailrig check: mail.small-office.example</h1>')
  const [, hash = ''] = (await readFile(join(etc, 'dovecot/users'), 'utf8')).split(':')
  expect(hash.length).toBeGreaterThan(40)
  for (const text of [stdout, stderr, document, junit, page]) expect(text).not.toContain(hash)
})

it('says once that a declared password is wrong, asks for no mailbox with it, and comes to its end', async () => {
  const settings = join(folder, 'mailrig.yaml')
  await writeFile(settings, 'accounts: [{ address: jim@small-office.example, password: not-the-right-one }]\n')
  const { code, stdout, stderr } = await start(process.execPath, [START, SAMPLE, '--json', '--settings', settings])
    .outcome
  expect(code, stderr).toBe(1)
  const [{ checks } = { checks: [] }] = (JSON.parse(stdout) as Found).releases
  const verdicts = new Map(checks.map(({ id, verdict }) => [id, verdict]))
  expect(verdicts.get('login-works')).toBe('fault')
  expect(verdicts.get('mailboxes-are-apart-imap')).toBe('not-applicable')
  expect(verdicts.get('relay-refused'), 'what needs no login is told all the same').toBe('fault')
})
