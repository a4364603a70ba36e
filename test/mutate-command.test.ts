import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MutationDocument } from '../src/mutate/document.ts'
import { sampleFolder } from './adopted/boot-sample.ts'
import { MAILRIG, mailrig, start } from './run-command.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailrig-mutate-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const HEAD = `---
domains: { example.com: { mailboxes: [jim] } }
internet: [elsewhere.example]
---
connect smtp from internet
S: 220
C: EHLO client.example
S: 250
C: MAIL FROM:<marc@client.example>
S: 250
`
const STRANGER = `${HEAD}C: RCPT TO:<someone@elsewhere.example>
S: 4xx|5xx
`
/** Asks for nothing that a mutant below could change. */
const LAX = `${HEAD}C: RCPT TO:<someone@elsewhere.example>
S: ?
`
const PERMIT = 'smtpd_relay_restrictions permits all before defer_unauth_destination'
const SIZE = 'message_size_limit is 5242880, not 10485760'
const DEFAULT = 'transport_maps is dropped: back to its default'
const EMPTY = 'smtpd_relay_restrictions is empty'

async function mutate(name: string, text: string, ...more: string[]) {
  await writeFile(join(folder, name), text)
  const matches = [PERMIT, SIZE, DEFAULT, EMPTY].flatMap((match) => ['--match', match])
  return start(process.execPath, [MAILRIG, 'mutate', name, '--lanes', '2', ...matches, ...more], { cwd: folder })
    .outcome
}

function verdicts(stdout: string): Record<string, string> {
  const { mutants } = JSON.parse(stdout) as MutationDocument
  return Object.fromEntries(mutants.map(({ text, verdict }) => [text.replace(/^\S+ /, ''), verdict]))
}

it('tells what a test notices, what it misses, what the server refuses, and what changes nothing', async () => {
  const page = join(folder, 'mutants.html')
  const { code, stdout, stderr } = await mutate('stranger.smtp', STRANGER, '--json', '--html', page)
  expect(code, stderr).toBe(0)
  expect(verdicts(stdout)).toEqual({
    [PERMIT]: 'noticed',
    [SIZE]: 'survived',
    [DEFAULT]: 'equivalent',
    [EMPTY]: 'refused',
  })
  const document = JSON.parse(stdout) as MutationDocument
  expect(document).toMatchObject({
    target: 'postfix-bookworm',
    noun: 'test',
    score: { noticed: 1, survived: 1, equivalent: 1, refused: 1, untried: 0, percent: 50 },
  })
  expect(document.mutants[0], 'survivors first').toMatchObject({
    verdict: 'survived',
    ran: 1,
    path: '/etc/postfix/main.cf',
  })
  const noticed = document.mutants.find(({ verdict }) => verdict === 'noticed')
  expect(noticed?.by).toMatch(/stranger\.smtp: stranger\.smtp$/)
  expect(noticed?.because).toBe('stranger.smtp:12:1: the code is not 4xx or 5xx')
  const html = await readFile(page, 'utf8')
  expect(html).toContain(`<summary><span class="number">${noticed?.line}</span>smtpd_relay_restrictions = `)
  expect(html).toContain('<strong>survived</strong>')
})

it('lets the same mutant survive where the test asks for nothing, and ends with 1 below the threshold', async () => {
  const { code, stdout, stderr } = await mutate('lax.smtp', LAX, '--threshold', '50')
  expect(code, stderr).toBe(1)
  expect(stderr).toContain('the score is 0 %, and --threshold asks for 50 %')
  expect(stdout).toMatch(new RegExp(`^survived /etc/postfix/main\\.cf:\\d+ ${PERMIT} \\(1 test ran with it\\)$`, 'm'))
  expect(stdout).toContain('postfix-bookworm: 0 %: 0 of 2 mutants noticed; 1 equivalent, 1 refused, 0 not tried')
})

it('takes no change for equivalent that a server prints apart from its options', async () => {
  const list = 'domainlist local_domains is empty'
  const { code, stdout, stderr } = await mutate('lists.smtp', LAX, '--mta', 'exim', '--match', list, '--json')
  expect(code, stderr).toBe(0)
  expect(verdicts(stdout)).toEqual({ [list]: 'survived', [SIZE]: 'survived' })
})

it('goes on where it was, and begins no mutant after its budget', async () => {
  const over = await mutate('again.smtp', STRANGER, '--budget', '0s')
  expect(over.code, over.stderr).toBe(0)
  expect(over.stdout).toContain('4 mutants were not tried: the budget was used up. The same command goes on.')
  const first = await mutate('again.smtp', STRANGER, '--json')
  const second = await mutate('again.smtp', STRANGER, '--json')
  expect(second.stderr).toContain('4 of 4 mutants are known from the run before')
  expect(verdicts(second.stdout)).toEqual(verdicts(first.stdout))
})

it('ends with 2 where a test fails without any mutant, and says which', async () => {
  const { code, stdout, stderr } = await mutate('red.smtp', STRANGER.replace('4xx|5xx', '250'))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/without any mutant, before the first mutant, this fails:\n {2}\S*red\.smtp: red\.smtp: /)
})

it.each([
  [['--budget', 'soon', 'scenarios/aliases'], '--budget is a time such as 30s, 10m or 1h, not "soon"'],
  [['--threshold', '101', 'scenarios/aliases'], '--threshold is a whole number from 0 to 100, not "101"'],
  [['--lanes', '0', 'scenarios/aliases'], '--lanes is a whole number from 1 to 64, not "0"'],
  [['--mta', 'all', 'scenarios/aliases'], 'mutants are of one server on one release, and several were named'],
  [['--since', 'HEAD', 'scenarios/aliases'], '--since belongs to a folder with a configuration'],
  [['--join'], '--join joins documents, and none was named'],
  [['--html', 'docs', 'scenarios/aliases'], '--html is the file to write, and docs is a folder'],
  [['--html', 'README.md/a.html', 'scenarios/aliases'], 'Name another one with --html.'],
  [['nowhere'], 'there is no file or folder "nowhere"'],
  [['docs'], 'there is no scenario in docs'],
  [[sampleFolder('plain'), '--mta', 'exim'], '--mta belongs to scenarios'],
  [[sampleFolder('plain'), '--since', 'no-such-commit'], '--since no-such-commit: fatal'],
  [[sampleFolder('plain'), 'scenarios/aliases'], 'is a configuration, and 1 more path was named'],
] as const)('%j is wrong input: exit code 2, and no stack', async (args, message) => {
  const { code, stdout, stderr } = await mailrig('mutate', ...args)
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})
