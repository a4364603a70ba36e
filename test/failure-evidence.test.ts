import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRun } from '../src/report/read-run.ts'
import type { ScenarioRun } from '../src/report/run-document.ts'
import { type Outcome, ROOT, startScenariosIn } from './run-command.ts'

// One run of a file in which two tests fail, with everything that tells of it.
let folder: string
let outcome: Outcome
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  const env = { MAILRIG_REPORT: folder, GITHUB_STEP_SUMMARY: join(folder, 'summary.md') }
  const files = ['fails-on-purpose.scenario.ts', 'fails-on-purpose.smtp', 'misses-a-mailbox.smtp'].map(
    (name) => `test/fixtures/${name}`,
  )
  outcome = await startScenariosIn(env, ...files).outcome
})
afterAll(() => rm(folder, { recursive: true }))

it('shows a failed scenario with its session and the log lines of its own message', () => {
  expect(outcome.code).toBe(1)
  const output = outcome.stdout + outcome.stderr
  expect(output, 'what was waited for').toContain('for the message <own-message@client.example> in jim@example.com')
  expect(output, 'the session').toMatch(/C: RCPT TO:<petra@example\.com>\n.*/)
  expect(output, 'the MTA’s line').toMatch(/postfix\/cleanup.*message-id=<own-message@client\.example>/)
  expect(output, 'what became of it').toMatch(/to=<petra@example\.com>.*status=sent/)
  expect(output, 'the store’s line').toMatch(/msgid=<own-message@client\.example>: saved mail to INBOX/)
  expect(output, 'where it is').toMatch(/petra@example\.com INBOX UID \d+: <own-message@client\.example>/)
  expect(outcome.stderr, 'no other message’s lines').not.toContain('other-message@client.example')
  expect(output, 'where').toMatch(/❯ test\/fixtures\/fails-on-purpose\.scenario\.ts:16:\d+\n/)
  expect(output).toContain('4 failed')
  expect(output).toContain('1 passed')
})

it('shows what the upstream was handed, although the next test finds it as new', () => {
  const [, relayed = ''] = outcome.stderr.split(/FAIL.* expects another message at the upstream/)
  expect(relayed).toMatch(
    /── handed to upstream "upstream"\n\s+from <.*> to <someone@elsewhere\.example>, Message-ID <relayed-message@client\.example>/,
  )
})

it('reports each test with its sessions, log, upstreams and rig, passed or failed, and no secret', async () => {
  const run = await readRun(join(folder, 'run.json'))
  const [scenario] = run.projects['postfix-bookworm']?.scenarios ?? []
  const [passed, failed, relayed] = (scenario as ScenarioRun).tests
  expect([passed?.state, failed?.state, relayed?.state]).toEqual(['passed', 'failed', 'failed'])
  expect(passed?.record?.sessions[0]?.lines).toContainEqual(
    expect.objectContaining({ who: 'C', text: 'RCPT TO:<petra@example.com>' }),
  )
  expect(passed?.record?.queue, 'costs a command').toBeUndefined()
  expect(failed?.record?.queue).toEqual([])
  expect(passed?.record?.stored, 'costs a command, too').toBeUndefined()
  expect(passed?.record?.versions).toBeUndefined()
  const version = expect.stringMatching(/^\d+\.\d/)
  expect(failed?.record?.versions).toEqual({ postfix: version, dovecot: version })
  expect(failed?.record?.missed).toEqual([{ mailbox: 'jim@example.com', messageId: 'own-message@client.example' }])
  expect(failed?.record?.stored).toEqual([
    expect.objectContaining({ user: 'petra@example.com', folder: 'INBOX', messageId: 'own-message@client.example' }),
  ])
  expect(failed?.record?.messages).toEqual([
    {
      messageId: 'own-message@client.example',
      queueIds: [expect.any(String)],
      from: 'sender@client.example',
      to: ['petra@example.com'],
      fates: [{ recipient: 'petra@example.com', fate: 'delivered' }],
    },
  ])
  expect(relayed?.record?.messages?.[0]?.fates, 'as the log tells by the time the evidence is there').toEqual([
    { recipient: 'someone@elsewhere.example', fate: 'delivered' },
  ])
  expect(failed?.errors?.[0]).toContain('for the message <own-message@client.example>')
  expect(failed?.record?.log.filter(({ own }) => own).map(({ server }) => server)).toEqual(
    expect.arrayContaining(['postfix', 'dovecot']),
  )
  expect(failed?.record?.log.filter(({ stored }) => stored === 'own-message@client.example')).toHaveLength(1)
  expect(failed?.record?.log.map(({ event }) => event)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^delivered, queueId \S+,.* to petra@example\.com,/)]),
  )
  const [attempt] = relayed?.record?.upstreams ?? []
  expect(attempt?.lines.map(({ text }) => text)).toEqual(
    expect.arrayContaining([expect.stringContaining('RCPT TO:<someone@elsewhere.example>')]),
  )
  const rig = scenario?.rigs?.[passed?.record?.rig ?? '']
  expect(new Set([passed, failed, relayed].map((test) => test?.record?.rig)).size, 'they share a rig').toBe(1)
  expect(rig?.files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/etc/postfix/main.cf', '/etc/dovecot/dovecot.conf']),
  )
  expect(JSON.stringify(rig)).toContain('"password":"***"')
  expect(JSON.stringify(rig)).not.toMatch(/BEGIN|:\{PLAIN\}(?!\*\*\*)/)
})

it('says where a test failed, with the line, also of what is waited for and in a session file', async () => {
  const { projects } = await readRun(join(folder, 'run.json'))
  const [scenario, session] = projects['postfix-bookworm']?.scenarios ?? []
  const file = 'test/fixtures/fails-on-purpose.scenario.ts'
  expect(scenario?.tests.map(({ places }) => places)).toEqual([
    undefined,
    [[{ file, line: 16, column: 32, source: "  await expect(mailbox('jim')).toReceive(message, { timeoutMs: 300 })" }]],
    [[{ file, line: 22, column: 29, source: '  expect(upstream.messages).toHaveLength(2)' }]],
  ])
  expect(session?.tests[0]?.places).toEqual([
    [{ file: 'test/fixtures/fails-on-purpose.smtp', line: 9, column: 1, source: 'S: 550 "on purpose"' }],
  ])
  expect(outcome.stderr, 'vitest says it, too').toContain('fails-on-purpose.scenario.ts:16:32')
})

it('finds in the store what came in a session, by the Message-ID that the log tells', async () => {
  const { projects } = await readRun(join(folder, 'run.json'))
  const [test] = projects['postfix-bookworm']?.scenarios.at(-1)?.tests ?? []
  const messageId = 'from-session@client.example'
  expect(test?.record?.messages).toEqual([
    {
      messageId,
      queueIds: [expect.any(String)],
      from: 'marc@client.example',
      fates: [{ recipient: 'petra@example.com', fate: 'delivered' }],
    },
  ])
  expect(test?.record?.stored).toEqual([expect.objectContaining({ user: 'petra@example.com', messageId })])
  expect(test?.record?.log).toContainEqual(
    expect.objectContaining({ stored: messageId, storedFor: 'petra@example.com', own: true }),
  )
})

it('says when the run was made and with what, in both records', async () => {
  const [full, plain] = await Promise.all(['run.json', 'plain.json'].map((name) => readRun(join(folder, name))))
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const { durationMs = Number.NaN, startedAt = Number.NaN, ...others } = full?.made?.[0] ?? {}
  expect(others).toEqual({
    mailrig: version,
    node: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    engine: expect.stringMatching(/^(?:docker|podman) \d+\./),
  })
  expect(durationMs).toBeGreaterThan(0)
  expect(startedAt + durationMs).toBeLessThanOrEqual(Date.now())
  expect(plain?.made).toEqual(full?.made)
})

it('writes the report for people, for CI servers and for GitHub, and keeps the plain record small', async () => {
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  expect(await read('index.html')).toContain('expects a message in the wrong mailbox')
  expect(await read('junit.xml')).toContain('tests="3" failures="2" errors="0"')
  expect(await read('summary.md')).toContain('| postfix-bookworm | 1 | 4 | 0 | 0 |')
  const [plain, full] = await Promise.all(['plain.json', 'run.json'].map((name) => stat(join(folder, name))))
  expect(plain?.size).toBeLessThan((full?.size ?? 0) / 2)
})
