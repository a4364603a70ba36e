import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { answering, scriptedPeer } from '../src/session/scripted-peer.ts'
import { MAILRIG, mailrig, start, startScenarios } from './run-command.ts'

/** Says that nothing leaves, although an answer does. */
const TROUBLE = `---
domains: { example.com: { mailboxes: { jim: { sieve: 'require "vacation"; vacation "Away.";' } } } }
---
S: 220
C: EHLO client.example
S: 250
C: MAIL FROM:<marc@client.example>
S: 250
C: RCPT TO:<jim@example.com>
S: 250
C: DATA
S: 354
C: To: jim@example.com
C: Message-ID: <answered@client.example>
C:
C: text
C: .
S: 250

upstream: nothing
`

let folder: string
const file = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-'))
  await writeFile(
    file('good.smtp'),
    '---\ntitle: It greets\n---\nS: 220\nC: NOOP\nS: 250\nC: QUIT\nS: 221\nS: closed\n',
  )
  await writeFile(file('bad.smtp'), 'S: 220\nC: NOOP\nS: 25O\n')
  await writeFile(file('worse.smtp'), '---\ntitel: x\n---\n')
  await writeFile(file('fails.smtp'), 'S: 220\nC: NOOP\nS: 550\nC: RSET\nS: 250\n')
  await writeFile(file('elsewhere.smtp'), '---\nneeds: { mtas: [exim], reason: only Exim says so }\n---\nS: 220\n')
})
afterAll(() => rm(folder, { recursive: true }))

it('ends with 2 and every wrong place of every file, before anything is started', async () => {
  const { code, stdout, stderr } = await mailrig('play', file('good.smtp'), file('bad.smtp'), file('worse.smtp'))
  expect(stderr).toContain(`${file('bad.smtp')}:3:4: found "25", expected a reply code`)
  expect(stderr).toContain(
    `${file('worse.smtp')}:2:1: found "titel", expected a key of the front matter; did you mean "title"?`,
  )
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

it('ends with 2 and the place of a fault that the server cannot have', async () => {
  await writeFile(file('daemon.smtp'), 'S: 220\nfault: kill qmgrr\nqueue: empty\n')
  const { code, stderr } = await mailrig('play', file('daemon.smtp'))
  expect(stderr).toContain(`${file('daemon.smtp')}:2:1: kill: postfix has no daemon "qmgrr"; did you mean "qmgr"?`)
  expect(code).toBe(2)
})

it('kills a server, and finds what it had taken', async () => {
  const { code, stdout, stderr } = await mailrig('play', 'scenarios/faults/killed-with-mail-in-its-queue.smtp')
  expect(code, stdout + stderr).toBe(0)
  expect(stdout).toMatch(/^.*✓ line \d+: upstream upstream\[postfix,exim,sendmail\]: 1 message, subject "Kept"/m)
})

it.each([
  [['none.smtp'], 'none.smtp: there is no such file'],
  [['--against', 'localhost', 'good.smtp'], '"localhost" is not a host and port'],
  [['--mta', 'qmail', 'good.smtp'], 'there is no MTA "qmail"'],
])('ends with 2 for %j', async (args, message) => {
  const { code, stderr } = await mailrig('play', ...args.map((arg) => (arg.endsWith('.smtp') ? file(arg) : arg)))
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})

it('plays live to one server, and ends with 0 or 1', async () => {
  const { code, stdout } = await mailrig('play', file('good.smtp'), file('fails.smtp'), file('elsewhere.smtp'))
  expect(stdout).toMatch(/It greets\n.* ms S: 220 .*\n.* ms C: NOOP\n/)
  expect(stdout).toContain('pass postfix bookworm')
  expect(stdout).toContain(
    `fail postfix bookworm: ${file('fails.smtp')}:3:1: the code is not 550\n  sent      NOOP\n  expected  550\n  received  250 2.0.0 Ok\n`,
  )
  expect(stdout).toContain('unsupported postfix bookworm: postfix from bookworm: only Exim says so')
  expect(code).toBe(1)
})

it('plays to several servers side by side, and tells all in one document', async () => {
  const table = await mailrig('play', '--mta', 'postfix', '--release', 'all', file('good.smtp'))
  expect(table.code, table.stderr).toBe(0)
  expect(table.stdout).toMatch(/^line \| step +\| postfix +\| postfix$/m)
  expect(table.stdout).toMatch(/^ {3}6 \| NOOP +\| {4}250 2\.0\.0 Ok +\| {4}250 2\.0\.0 Ok$/m)

  const { code, stdout } = await mailrig('play', '--json', file('fails.smtp'), file('elsewhere.smtp'))
  const step = { expected: '220', received: expect.stringMatching(/^220 /), verdict: 'pass', ms: expect.any(Number) }
  expect(JSON.parse(stdout)).toEqual([
    {
      file: file('fails.smtp'),
      server: { mta: 'postfix', release: 'bookworm', version: expect.stringMatching(/^3\.7\./) },
      verdict: 'fail',
      steps: [
        { line: 1, sent: '', ...step },
        expect.objectContaining({ line: 3, sent: 'NOOP', expected: '550', received: '250 2.0.0 Ok', verdict: 'fail' }),
        expect.objectContaining({ line: 5, expected: '250', verdict: 'skipped' }),
      ],
      evidence: expect.objectContaining({
        queue: [],
        upstreams: { upstream: [] },
        mtaTail: expect.arrayContaining([expect.stringContaining('connect from')]),
        transcripts: [expect.stringContaining('C: NOOP')],
      }),
    },
    {
      file: file('elsewhere.smtp'),
      server: { mta: 'postfix', release: 'bookworm', version: '' },
      verdict: 'unsupported',
      reason: 'postfix from bookworm: only Exim says so',
      steps: [],
    },
  ])
  expect(code).toBe(1)
})

it('shows what became of the messages behind a failure: journey, logs of both servers, queue, upstream', async () => {
  await writeFile(file('trouble.smtp'), TROUBLE)
  const { code, stdout } = await mailrig('play', file('trouble.smtp'))
  expect(stdout).toContain('1 messages, not 0')
  expect(stdout).toMatch(
    /── journey of answered@client\.example\n(?: {3}.*\n)* {3}.* dovecot +notified <marc@client\.example>/,
  )
  expect(stdout).toMatch(/── log of postfix \(bookworm\), lines of these messages\n {3}.*postfix\/smtpd/)
  expect(stdout).toMatch(/── log of the mail store.*\n {3}.*sent vacation response to <marc@client\.example>/)
  expect(stdout).toContain('── queue: empty')
  expect(stdout).toMatch(/── handed to upstream "upstream"\n {3}from <> to <marc@client\.example>/)
  expect(code).toBe(1)
})

it('plays against a server that is not ours', async () => {
  await using peer = await scriptedPeer(
    answering('220 mine\r\n', (line, socket) => {
      if (line !== 'QUIT') return '250 ok\r\n'
      socket.end('221 bye\r\n')
      return undefined
    }),
  )
  const { code, stdout } = await mailrig('play', '--against', `127.0.0.1:${peer.endpoint.port}`, file('good.smtp'))
  expect(stdout).toContain('S: 220 mine')
  expect(stdout).toContain(`pass 127.0.0.1:${peer.endpoint.port}`)
  expect(code).toBe(0)
})

it('leaves the rig up until it is told to end it', async () => {
  const { child, said, outcome } = start(process.execPath, [MAILRIG, 'play', '--keep', '--json', file('good.smtp')])
  await said('Ctrl-C ends it.')
  child.kill('SIGINT')
  const { code, stdout, stderr } = await outcome
  expect(stderr).toMatch(/postfix 3\.7\.\d+ \(bookworm\) is up:\n {2}smtp +[\d.]+:\d+\n/)
  expect(JSON.parse(stdout)).toMatchObject([{ verdict: 'pass' }])
  expect(code).toBe(130)
})

it('is a test, of which a failure points into the file', async () => {
  const { code, stdout, stderr } = await startScenarios('test/fixtures/fails-on-purpose.smtp').outcome
  const said = stdout + stderr
  expect(said).toContain('fails-on-purpose.smtp > fails in line 9')
  expect(said).toMatch(/PlayFailure: test\/fixtures\/fails-on-purpose\.smtp:9:1: the code is not 550/)
  expect(said).toMatch(/❯ test\/fixtures\/fails-on-purpose\.smtp:9:1/)
  expect(said).toMatch(/9\| S: 550 "on purpose"/)
  expect(said, 'the evidence').toContain('── session 1')
  expect(code).toBe(1)
})
