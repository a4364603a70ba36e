import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RigDocument } from '../src/cli/kept-rigs.ts'
import { readRun } from '../src/report/read-run.ts'
import { mailrig, type Outcome, ROOT, startVitest } from './run-command.ts'
import { BUILD_MS, ensureSampleImages } from './sample-images.ts'

// Scenarios and a session file on a configuration of the user's own, beside a server that mailrig renders. It is the sample
// that comes along, with an account whose password is known.
const PASSWORD = 'annas-own-password'

let folder: string
let outcome: Outcome
let states: Record<string, Record<string, [state: string, reason: string | undefined]>>

async function copyOfSample(name: string): Promise<{ etc: string; settings: string }> {
  const etc = join(folder, name)
  await cp(join(ROOT, 'samples/small-office/etc'), etc, { recursive: true })
  await writeFile(join(etc, 'dovecot/users'), `anna@small-office.example:{PLAIN}${PASSWORD}::::::\n`)
  const settings = join(folder, `${name}.yaml`)
  await writeFile(settings, `accounts: [{ address: anna@small-office.example, password: ${PASSWORD} }]\n`)
  return { etc, settings }
}

function runOn({ etc, settings }: { etc: string; settings: string }): Promise<Outcome> {
  return startVitest('test/fixtures/own-target/vitest.config.ts', {
    MAILRIG_TEST_ETC: etc,
    MAILRIG_TEST_SETTINGS: settings,
    MAILRIG_TEST_PASSWORD: PASSWORD,
    MAILRIG_REPORT: folder,
  }).outcome
}

beforeAll(async () => {
  await ensureSampleImages('bookworm')
  folder = await mkdtemp(join(tmpdir(), 'mailrig-target-'))
  outcome = await runOn(await copyOfSample('etc'))
  const run = await readRun(join(folder, 'plain.json'))
  states = Object.fromEntries(
    Object.entries(run.projects).map(([project, { scenarios }]) => [
      project,
      Object.fromEntries(
        scenarios
          .flatMap(({ tests }) => tests)
          .map(({ name, state, reason, errors }) => [name, [state, reason ?? errors?.[0]?.split('\n')[0]]]),
      ),
    ]),
  )
}, BUILD_MS)
afterAll(() => rm(folder, { recursive: true }))

it('runs the same scenarios on the configuration, and says why where it cannot', () => {
  const alone = 'it is about the target "office", and declares no topology for others'
  expect(states['office@bookworm'], outcome.stdout + outcome.stderr).toEqual({
    'the office alone > delivers, also by an alias': ['passed', undefined],
    'the office alone > lets anna log in to send': ['passed', undefined],
    // The sample trusts the whole internet: the verdict on the user's server.
    'the office alone > relays nothing for a stranger': [
      'failed',
      expect.stringMatching(/expected the upstream to be handed nothing/),
    ],
    'the office alone > shows a session, and the words of a mistake': ['failed', expect.any(String)],
    'the office alone > waits for nothing more': ['passed', undefined],
    'the office alone > reads no Unix mailbox': [
      'unsupported',
      'mailrig cannot tell where office@bookworm keeps the mail of the Unix account "root"',
    ],
    'any server with this mailbox > delivers to it': ['passed', undefined],
    'a server with a mailbox that the office has not > delivers to zoe': [
      'unsupported',
      'office@bookworm is not what the topology says: it has no mailbox zoe@small-office.example whose password is known; declare it in `accounts` of mailrig.yaml',
    ],
    'a server with a limit > says its limit': [
      'unsupported',
      'office@bookworm is not what the topology says: mailrig cannot tell whether it has what the topology says by `limits`',
    ],
    'The office does not tell who is there': ['passed', undefined],
    'The office has its mailboxes behind TLS': ['passed', undefined],
  })
  expect(states['postfix-bookworm']).toMatchObject({
    'the office alone > relays nothing for a stranger': ['unsupported', alone],
    'any server with this mailbox > delivers to it': ['passed', undefined],
    'a server with a mailbox that the office has not > delivers to zoe': ['passed', undefined],
    'a server with a limit > says its limit': ['passed', undefined],
    'The office does not tell who is there': ['unsupported', alone],
  })
  expect(outcome.code).toBe(1)
})

it('lets no secret of the configuration out', async () => {
  const files = (await readdir(folder)).filter((name) => /\.(?:json|html|xml)$/.test(name)).sort()
  expect(files).toEqual(['durations.json', 'index.html', 'junit.xml', 'plain.json', 'run.json'])
  const written = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  const told = [outcome.stdout, outcome.stderr, ...written]
  // The session in which it was said is there, without it.
  expect(outcome.stdout + outcome.stderr).toMatch(/C: Subject: ••••••/)
  for (const secret of [PASSWORD, Buffer.from(PASSWORD).toString('base64').slice(0, -2)]) {
    for (const text of told) expect(text).not.toContain(secret)
  }
})

it('says what a server said that does not start', async () => {
  const source = await copyOfSample('broken')
  await writeFile(join(source.etc, 'dovecot/dovecot.conf'), 'protocols = imap lmtp\nsll = yes\n')
  const { code, stdout, stderr } = await runOn(source)
  expect({ code, text: stdout + stderr }).toEqual({
    code: 1,
    text: expect.stringMatching(/dovecot of office@bookworm did not start:\n.*dovecot\.conf:2.*sll/),
  })
})

it('ends before anything is started where the folder holds no mail server', async () => {
  const { code, stderr } = await runOn({ ...(await copyOfSample('none')), etc: join(ROOT, 'docs/decisions') })
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/holds no configuration of a mail server/),
  })
})

it('plays a session file to it, and keeps it up for other commands', async () => {
  const { etc, settings } = await copyOfSample('by-hand')
  // Seen in the log of the rig, were it not masked: the name that a client says is logged as it came.
  const file = join(folder, 'login.smtp')
  await writeFile(file, `S: 220\nC: HELO ${PASSWORD}.example\nS: 250\nC: VRFY anna\nS: 502\n`)
  const played = await mailrig('play', '--target', etc, '--settings', settings, file)
  expect(played).toMatchObject({ code: 0, stdout: expect.stringMatching(/C: HELO ••••••.*\npass by-hand bookworm/s) })
  expect(played.stdout).not.toContain(PASSWORD)

  const name = `own-target-${process.pid}`
  const up = await mailrig('up', '--target', etc, '--settings', settings, '--name', name, '--json')
  expect(up.code, up.stderr).toBe(0)
  try {
    const { accounts, endpoints, lanTrusted, mta, store } = JSON.parse(up.stdout) as RigDocument
    expect({ accounts, lanTrusted, mta, store, services: Object.keys(endpoints).sort() }).toEqual({
      accounts: [{ address: 'anna@small-office.example', user: 'anna@small-office.example', password: PASSWORD }],
      lanTrusted: true,
      mta: { name: 'postfix', version: expect.any(String), release: 'bookworm', host: 'mail.small-office.example' },
      store: { name: 'dovecot', version: expect.any(String), release: 'bookworm', host: 'mail.small-office.example' },
      services: ['imap', 'imaps', 'smtp', 'submission', 'submissions'],
    })
    const { smtp } = endpoints
    const login = await mailrig('play', '--against', `${smtp?.host}:${smtp?.port}`, file)
    expect(login.code, login.stdout).toBe(0)
    const { stdout } = await mailrig('logs', name)
    expect(stdout).toMatch(/^dovecot +.* dovecot: master: Dovecot v/m)
    expect(stdout).toMatch(/^postfix +.* postfix\/smtpd/m)
    expect(stdout).not.toContain(PASSWORD)
    expect(await mailrig('queue', name)).toMatchObject({ code: 0, stdout: 'The queue is empty.\n' })
  } finally {
    await mailrig('down', name)
  }
})

it.each<[string[], RegExp]>([
  [['play', '--settings', 'mailrig.yaml', 'x.smtp'], /--settings belongs to --target/],
  [
    ['play', '--target', 'samples/small-office/etc', '--mta', 'exim', 'x.smtp'],
    /mta belongs to one that mailrig renders/,
  ],
  [['play', '--target', 'docs/decisions', 'x.smtp'], /holds no configuration of a mail server/],
  [['up', 'topology.yaml', '--target', 'samples/small-office/etc'], /a topology belongs to one that mailrig renders/],
  [['up', '--target', 'samples/small-office/etc', '--release', 'bookworm,trixie'], /up starts one server/],
  [['up', '--target', 'no-such-folder'], /no-such-folder/],
  [['run', '--target', 'office'], /has no target "office"; it declares none/],
  [['run', '--target', 'office', '--mta', 'exim'], /cannot be used with/],
])('%j ends with 2 before anything is started', async (words, message) => {
  const file = join(folder, 'x.smtp')
  await writeFile(file, 'S: 220\n')
  const { code, stdout, stderr } = await mailrig(...words.map((word) => (word === 'x.smtp' ? file : word)))
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
})
