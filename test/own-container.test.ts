import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RigDocument } from '../src/cli/kept-rigs.ts'
import { connectEngine } from '../src/engine/connect.ts'
import { LABEL } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { readRun } from '../src/report/read-run.ts'
import { openSession } from '../src/session/session.ts'
import { hostImage } from './host-images.ts'
import { MAILRIG, mailrig, type Outcome, ROOT, start, startVitest } from './run-command.ts'

// A user's own image, and a service of a user's own compose file, as targets: beside a server that mailrig renders, and by
// hand. Of them mailrig knows what a mailrig.yaml says.
const engine = await connectEngine({ provision: false, progress: silentProgress })
const PASSWORD = 'annas-own-password'
const RELAY_PASSWORD = 'word-for-the-relay'
const BUILD_MS = 1_800_000

let folder: string
let image: string

/** A compose file whose mail service begins when what it depends on is well; that takes its time. */
async function shop(
  name: string,
  changes: { trusted?: string; condition?: string; readyAfter?: number } = {},
): Promise<string> {
  const { trusted = '', condition = 'service_healthy', readyAfter = 1 } = changes
  await mkdir(join(folder, name, 'shop'), { recursive: true })
  await writeFile(join(folder, name, 'shop/own.cf'), 'a file of the host\n')
  await writeFile(join(folder, name, 'anna.txt'), `${PASSWORD}\n`)
  await writeFile(join(folder, name, '.env'), `RELAY_PASSWORD=${RELAY_PASSWORD}\n`)
  await writeFile(
    join(folder, name, 'beside.yaml'),
    `services:
  beside:
    image: ${image}
    container_name: filter
    command: ["sh", "-c", "sleep ${readyAfter}; echo is there > /shared/ready; exec sleep infinity"]
    healthcheck: { test: test -e /shared/ready, interval: 30s, retries: 1 }
    volumes: ["shared:/shared"]
volumes: { shared: {} }
`,
  )
  const path = join(folder, name, 'compose.yaml')
  await writeFile(
    path,
    `include: [beside.yaml]
services:
  base:
    image: ${image}
    environment: { NEEDS_FILE: /shared/ready, TRUSTED: "${trusted}" }
    volumes: ["shared:/shared:ro", "./shop:/etc/shop"]
  mail:
    extends: base
    hostname: mail
    domainname: shop.example
    environment: { RELAY_PASSWORD: "\${RELAY_PASSWORD:?for the relay}" }
    tmpfs: ["/scratch:size=1m"]
    secrets: [{ source: anna, mode: 0o400 }]
    depends_on: { beside: { condition: ${condition} } }
    ports: ["25:25", "587:587", "993:993"]
    privileged: true
secrets: { anna: { file: anna.txt } }
`,
  )
  return path
}

async function settings(password: string): Promise<string> {
  const path = join(folder, `${password}.yaml`)
  const account = `{ address: anna@shop.example, password: ${password} }`
  await writeFile(path, `accounts: [${account}]\naliases: { sales@shop.example: [anna@shop.example] }\n`)
  return path
}

function runOn(targets: object, { report, mtas = [] }: { report?: string; mtas?: string[] } = {}): Promise<Outcome> {
  return startVitest('test/fixtures/own-container/vitest.config.ts', {
    MAILRIG_TEST_TARGETS: JSON.stringify(targets),
    MAILRIG_TEST_MTAS: JSON.stringify(mtas),
    ...(report === undefined ? {} : { MAILRIG_REPORT: report }),
  }).outcome
}

type States = Record<string, Record<string, [state: string, reason: string | undefined]>>

async function statesIn(report: string): Promise<States> {
  const run = await readRun(join(report, 'plain.json'))
  const ofProject = ([project, { scenarios }]: [string, (typeof run.projects)[string]]) => {
    const tests = scenarios.flatMap(({ tests: some }) => some)
    const entries = tests.map(({ name, state, reason, errors }) => [
      name,
      [state, reason ?? errors?.[0]?.split('\n')[0]],
    ])
    return [project, Object.fromEntries(entries)]
  }
  return Object.fromEntries(Object.entries(run.projects).map(ofProject)) as States
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-container-'))
  image = await hostImage(engine, 'shop')
}, BUILD_MS)
afterAll(() => rm(folder, { recursive: true }))

it('runs the same scenarios on an image, a service and a rendered server, and says why where it cannot', async () => {
  const report = await mkdtemp(join(folder, 'report-'))
  const targets = {
    live: { compose: await shop('live'), service: 'mail', settings: await settings(PASSWORD) },
    plain: { image, settings: await settings('of-the-image') },
  }
  const outcome = await runOn(targets, { report, mtas: ['postfix'] })
  const states = await statesIn(report)
  const notZoe = (name: string) =>
    `${name} is not what the topology says: it has no mailbox zoe@shop.example whose password is known; declare it in \`accounts\` of mailrig.yaml`
  expect(states['live@compose'], outcome.stdout + outcome.stderr).toEqual({
    'the live shop alone > lets anna log in to send': ['passed', undefined],
    'the live shop alone > relays nothing for a stranger': ['passed', undefined],
    'the live shop alone > finds what runs beside it by its names': ['passed', undefined],
    'the live shop alone > has its secret where Compose has it, and no more rights than it asked for': [
      'passed',
      undefined,
    ],
    'the live shop alone > shows a session, and the words of a mistake': ['failed', expect.any(String)],
    'the live shop alone > asks who signed its certificates': [
      'unsupported',
      'mailrig cannot tell who signed the certificates of live@compose: it brought its own',
    ],
    'any server with this mailbox > delivers, also by an alias': ['passed', undefined],
    'any server with this mailbox > takes nothing for an unknown user': ['passed', undefined],
    'a server with a mailbox that the shop has not > delivers to zoe': ['unsupported', notZoe('live@compose')],
    'a server that can do something rare > tells where mail would go': ['unsupported', expect.any(String)],
    'The shop does not tell who is there': ['passed', undefined],
    'For Exim alone': ['unsupported', 'postfix from bookworm: it is about Exim'],
  })
  const alone = 'it is about the target "live"'
  expect(states['plain@image']).toMatchObject({
    'the live shop alone > relays nothing for a stranger': ['unsupported', alone],
    'any server with this mailbox > delivers, also by an alias': ['passed', undefined],
    'any server with this mailbox > takes nothing for an unknown user': ['passed', undefined],
    'a server with a mailbox that the shop has not > delivers to zoe': ['unsupported', notZoe('plain@image')],
  })
  expect(states['postfix-bookworm']).toMatchObject({
    'the live shop alone > relays nothing for a stranger': ['unsupported', expect.stringContaining(alone)],
    'any server with this mailbox > delivers, also by an alias': ['passed', undefined],
    'a server with a mailbox that the shop has not > delivers to zoe': ['passed', undefined],
  })
  expect(outcome.code).toBe(1)

  const files = (await readdir(report)).filter((name) => /\.(?:json|html|xml)$/.test(name)).sort()
  const written = await Promise.all(files.map((name) => readFile(join(report, name), 'utf8')))
  // The session in which it was said is there, without it.
  expect(outcome.stdout + outcome.stderr).toMatch(/C: Subject: ••••••/)
  for (const text of [outcome.stdout, outcome.stderr, ...written]) {
    for (const secret of [PASSWORD, RELAY_PASSWORD]) expect(text).not.toContain(secret)
  }
})

it('notices an open relay, by the scenario that is green where there is none', async () => {
  const report = await mkdtemp(join(folder, 'report-'))
  const live = {
    compose: await shop('open', { trusted: '0.0.0.0/0' }),
    service: 'mail',
    settings: await settings(PASSWORD),
  }
  const outcome = await runOn({ live }, { report })
  const states = await statesIn(report)
  expect(states['live@compose']?.['the live shop alone > relays nothing for a stranger'], outcome.stdout).toEqual([
    'failed',
    expect.stringMatching(/expected the upstream to be handed nothing/),
  ])
})

it('waits for what a condition says: without it the service ends, and its words are told without secrets', async () => {
  const live = { compose: await shop('hasty', { condition: 'service_started', readyAfter: 600 }), service: 'mail' }
  const { code, stdout, stderr } = await runOn({ live })
  expect({ code, text: stdout + stderr }).toEqual({
    code: 1,
    text: expect.stringMatching(
      /live@compose did not start: .*ended with exit code 4[\s\S]*there is no \/shared\/ready, and the relay password is ••••••/,
    ),
  })
  expect(stdout + stderr).not.toContain(RELAY_PASSWORD)
})

it.each<[string, (path: string) => object, RegExp]>([
  ['an image that is not there', () => ({ image: 'mailrig/never-built:1' }), /no image mailrig\/never-built:1/],
  ['a file that is not there', () => ({ compose: 'no-such.yaml' }), /no-such\.yaml: there is no such file/],
  [
    'a service that is not there',
    (compose) => ({ compose, service: 'mial' }),
    /has no service mial; did you mean "mail"/,
  ],
])('ends with 2 before anything is started for %s', async (_what, target, message) => {
  const { code, stderr } = await runOn({ live: target(await shop('wrong')) })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) })
})

it('plays a session file to them, keeps one up for other commands, and leaves nothing behind', async () => {
  const compose = await shop('by-hand')
  const declared = await settings(PASSWORD)
  const file = join(folder, 'login.smtp')
  await writeFile(file, `S: 220\nC: HELO ${PASSWORD}.example\nS: 250\nC: VRFY anna\nS: 502\n`)
  const own = ['--compose', compose, '--service', 'mail', '--settings', declared]
  const played = await mailrig('play', ...own, file)
  expect(played, played.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/C: HELO ••••••.*\npass mail compose/s),
  })
  expect(await mailrig('play', '--image', image, file)).toMatchObject({ code: 0 })

  const name = `own-container-${process.pid}`
  const up = await mailrig('up', ...own, '--name', name, '--json')
  expect(up.code, up.stderr).toBe(0)
  try {
    const { accounts, endpoints, authority, mta, store } = JSON.parse(up.stdout) as RigDocument
    expect({ accounts, authority, mta, store: store?.name, services: Object.keys(endpoints).sort() }).toEqual({
      accounts: [{ address: 'anna@shop.example', user: 'anna@shop.example', password: PASSWORD }],
      authority: undefined,
      mta: { name: 'postfix', version: expect.any(String), release: 'bookworm', host: 'mail.shop.example' },
      store: 'dovecot',
      services: ['imap', 'imaps', 'smtp', 'submission'],
    })
    const { stdout } = await mailrig('logs', name)
    expect(stdout).toMatch(/^postfix +.* postfix\/master/m)
    expect(stdout).not.toContain(PASSWORD)
    expect(await mailrig('queue', name)).toMatchObject({ code: 0, stdout: 'The queue is empty.\n' })
  } finally {
    await mailrig('down', name)
  }
  const made = [LABEL.owner]
  const [containers, { Volumes }] = await Promise.all([
    engine.docker.listContainers({ all: true, filters: { label: made } }),
    engine.docker.listVolumes(),
  ])
  expect(containers.filter(({ Names }) => Names.some((one) => one.endsWith('-beside')))).toEqual([])
  expect(Volumes.filter(({ Name }) => Name.endsWith('-named-shared'))).toEqual([])
})

it('records what a client says to an image', async () => {
  const output = join(folder, 'recorded.smtp')
  const recording = start(process.execPath, [MAILRIG, 'record', '--image', image, '-o', output])
  const port = await recording.heard(/recording on 127\.0\.0\.1:(\d+);/)
  const client = await openSession({ host: '127.0.0.1', port: Number(port) })
  await client.command('EHLO client.example')
  await client.quit()
  recording.child.kill('SIGINT')
  expect(await recording.outcome).toMatchObject({ code: 0, stderr: expect.stringContaining('1 connection') })
  expect(await readFile(output, 'utf8')).toMatch(
    /^---\ntitle: recorded from postfix 3\.\S+ \(bookworm\)\n[\s\S]*C: EHLO client/,
  )
  expect(await mailrig('play', '--image', image, output)).toMatchObject({ code: 0 })
})

it('plays on a target of the configuration of vitest, by its name', async () => {
  const project = join(folder, 'project')
  await mkdir(project, { recursive: true })
  const targets = { shop: { compose: await shop('named'), service: 'mail', settings: await settings(PASSWORD) } }
  const config = pathToFileURL(join(ROOT, 'src/vitest/config.ts')).href
  await writeFile(
    join(project, 'vitest.config.mjs'),
    `import { mailrigProjects } from '${config}'
export default { test: { projects: mailrigProjects({ mtas: [], targets: ${JSON.stringify(targets)} }) } }
`,
  )
  await writeFile(join(project, 'vrfy.smtp'), 'S: 220\nC: EHLO client.example\nS: 250\nC: VRFY anna\nS: 502\n')
  const play = (...args: string[]) =>
    start(process.execPath, [MAILRIG, 'play', ...args, 'vrfy.smtp'], { cwd: project }).outcome
  expect(await play('--target', 'shop')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('pass shop compose'),
  })
  expect(await play('--target', 'shpo')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/no target "shpo"; did you mean "shop"\?/),
  })
  expect(await play('--target', 'shop', '--release', 'trixie')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--target is run as it is, and --release chooses'),
  })
  const run = (...args: string[]) => start(process.execPath, [MAILRIG, 'run', ...args], { cwd: project }).outcome
  expect(await run('--target', 'shop', '--release', 'trixie')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('does not run the target shop on trixie; it is run on compose'),
  })
  expect(await run('--target', 'shpo')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no target "shpo"; did you mean "shop"\?/),
  })
})

it.each<[string[], RegExp]>([
  [['play', '--service', 'mail', 'x.smtp'], /--service names a service of a compose file, and no file is named/],
  [['play', '--image', 'mail:1', '--mta', 'exim', 'x.smtp'], /mta belongs to one that mailrig renders/],
  [['play', '--image', 'mail:1', '--release', 'trixie', 'x.smtp'], /--image is run as it is/],
  [['up', '--image', 'mail:1', '--compose', 'compose.yaml'], /--image and --compose are two servers/],
  [['up', '--image', 'mailrig/never-built:1'], /there is no image mailrig\/never-built:1/],
  [['up', '--compose', 'no-such.yaml'], /no-such\.yaml: there is no such file/],
  [['record', '-o', 'x.smtp', '--image', 'mail:1', '--to', 'localhost:25'], /several were given/],
])('%j ends with 2 before anything is started', async (words, message) => {
  const file = join(folder, 'x.smtp')
  await writeFile(file, 'S: 220\n')
  const { code, stdout, stderr } = await mailrig(...words.map((word) => (word === 'x.smtp' ? file : word)))
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
})
