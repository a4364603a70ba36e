import { createHash } from 'node:crypto'
import { assignmentOf } from '../src/report/assignment.ts'
import { linesOfText } from '../src/report/dialogue-line.ts'
import type { RunDocument, ScenarioRun, TestRun } from '../src/report/run-document.ts'
import type { RigRecord, TestRecord } from '../src/report/test-record.ts'

export const SYNTHETIC = { files: 56, testsOfFile: 6 } as const

const AREAS = ['access', 'aliases', 'behaviour', 'local', 'relaying', 'rewriting', 'routing', 'smtp']

/**
 * A run like a full one, and as large: 56 files of 6 tests on each server, which with a row for each file is more than
 * 2,000 cells for six servers, with evidence. One test of the third file fails everywhere.
 */
export function syntheticRun(projects: readonly string[], files: number = SYNTHETIC.files): RunDocument {
  return {
    format: 1,
    made: [
      {
        startedAt: Date.UTC(2026, 0, 1),
        durationMs: 131_400,
        mailrig: '0.1.0',
        node: '24.11.1',
        engine: 'docker 20.10.24',
      },
    ],
    projects: Object.fromEntries(
      projects.map((project, column) => {
        const [mta = '', release = ''] = project.split('-')
        const scenarios = Array.from({ length: files }, (_, index) => scenario(index, column, { mta, release }))
        return [project, { mta, release, files: scenarios.map(({ file }) => file), filtered: false, scenarios }]
      }),
    ),
  }
}

interface Server {
  mta: string
  release: string
}

function scenario(index: number, column: number, server: Server): ScenarioRun {
  const area = AREAS[index % AREAS.length] ?? ''
  const tests = Array.from({ length: SYNTHETIC.testsOfFile }, (_, number) => test(index, number, column, server))
  return {
    file: `scenarios/${area}/behaviour-${String(index).padStart(2, '0')}.scenario.ts`,
    state: tests.some(({ state }) => state === 'failed') ? 'failed' : 'passed',
    durationMs: 1_500 + index,
    tests,
    rigs: { '1': rig(server, index) },
  }
}

function test(index: number, number: number, column: number, { mta }: Server): TestRun {
  const name = `does what number ${index}.${number} asks for, and says so in its reply`
  const common = { name, durationMs: 20 + number, covers: [`P${index % 20}`], observations: [] }
  if (index === 2 && number === 1) {
    const errors = ['expected the message in jim@example.com\n\n── log of the MTA\n   nothing']
    return { ...common, state: 'failed', errors, places: [[PLACE]], record: gone(record(index, number, column, mta)) }
  }
  if (number === 5 && mta === 'exim') return { ...common, state: 'unsupported', reason: 'Exim compiles nothing' }
  const observations = [
    {
      name: `RCPT TO:<user-${index}-${number}@example.com>`,
      value: mta === 'exim' ? '550 Unrouteable' : '550 5.1.1 Unknown',
    },
  ]
  return {
    ...common,
    observations: index < 8 ? observations : [],
    versions: { [mta]: `1.${column}` },
    state: 'passed',
    record: record(index, number, column, mta),
  }
}

const PLACE = {
  file: 'scenarios/behaviour/behaviour-02.scenario.ts',
  line: 14,
  column: 32,
  source: "  await expect(mailbox('jim')).toReceive(message)",
}

/** The same where the message for jim came to petra. */
function gone(record: TestRecord): TestRecord {
  const messages = (record.messages ?? []).map((message) => ({
    ...message,
    fates: [
      { recipient: 'jim@example.com', fate: 'delivered', as: ['petra@example.com'] },
      {
        recipient: 'nobody@example.com',
        fate: 'refused',
        reason: '550 5.1.1 <nobody@example.com>: Recipient rejected',
      },
    ],
  }))
  const ids = messages.map(({ messageId = '' }) => messageId)
  return {
    ...record,
    messages,
    missed: ids.map((messageId) => ({ mailbox: 'jim@example.com', messageId })),
    stored: ids.map((messageId) => ({ user: 'petra@example.com', folder: 'INBOX', uid: 7, messageId })),
    queue: [],
    log: record.log.map((line) => ({
      ...line,
      text: line.text.replace('lmtp(jim@', 'lmtp(petra@'),
      ...(line.storedFor === undefined ? {} : { storedFor: 'petra@example.com' }),
    })),
  }
}

function record(index: number, number: number, column: number, mta: string): TestRecord {
  const at = Date.UTC(2026, 0, 1) + index * 10_000 + number * 1_000
  const id = `${(index * 7919 + number * 104_729 + column * 1_299_709).toString(36)}@client.example`
  const lines = [
    '    1.2 ms S: 220 mx.example.com ESMTP',
    '    1.9 ms C: EHLO client.example',
    '    2.8 ms S: 250-mx.example.com',
    '    2.8 ms S: 250-SIZE 10240000',
    '    2.8 ms S: 250 8BITMIME',
    '    3.3 ms C: MAIL FROM:<sender@client.example>',
    '    5.1 ms S: 250 2.1.0 Ok',
    '    5.6 ms C: RCPT TO:<jim@example.com>',
    '    8.4 ms S: 250 2.1.5 Ok',
    '    8.8 ms C: RCPT TO:<nobody@example.com>',
    '    9.9 ms S: 550 5.1.1 <nobody@example.com>: Recipient address rejected',
    '   10.1 ms C: DATA',
    '   10.6 ms S: 354 End data with <CR><LF>.<CR><LF>',
    `   11.0 ms C: Message-ID: <${id}>`,
    '   11.0 ms C: Subject: </script><script>document.title = "injected"</script>',
    '   11.0 ms C: ',
    '   11.0 ms C: … 7 more lines, 512 octets in all',
    '   11.0 ms C: .',
    '   19.7 ms S: 250 2.0.0 Ok: queued',
    '   20.2 ms C: QUIT',
    '   20.5 ms S: 221 2.0.0 Bye',
  ]
  const log = Array.from({ length: 14 }, (_, line) => ({
    at: at + 10 + line,
    server: mta,
    text: `Jan  1 00:00:00 mx ${mta}[${100 + line}]: ${noise(`${id} ${line}`)}: message-id=<${id}> step ${line}`,
    event: `note, queueId ${id}`,
    ...(line % 2 === 0 ? { own: true } : {}),
  }))
  return {
    startedAt: at,
    rig: '1',
    messages: [
      {
        messageId: id,
        queueIds: [noise(id).slice(0, 10)],
        from: 'sender@client.example',
        to: ['jim@example.com', 'nobody@example.com'],
        fates: [{ recipient: 'jim@example.com', fate: 'delivered' }],
      },
    ],
    events: [
      {
        at: at + 21,
        from: mta,
        to: mta,
        label: `delivered <jim@example.com> by 198.18.0.11[198.18.0.11]:24: 250 2.0.0 <jim@example.com> ${noise(id).slice(0, 22)} Saved`,
      },
    ],
    sessions: [{ at, name: 'client', lines: linesOfText(lines.join('\n')) }],
    upstreams: [
      {
        at: at + 22,
        name: 'upstream',
        lines: [
          { at: 0.4, who: 'S', text: '220 upstream.example ESMTP' },
          { at: 1.1, who: 'C', text: 'EHLO mx.example.com' },
          { at: 1.6, who: 'S', text: '250 upstream.example' },
          { at: 2, who: 'C', text: 'MAIL FROM:<sender@client.example>' },
          { at: 2.3, who: 'S', text: '451 4.3.2 busy' },
        ],
        messages: [`from <sender@client.example> to <jim@example.com>, Message-ID <${id}>`],
      },
    ],
    log: [
      ...log,
      {
        at: at + 30,
        server: 'dovecot',
        text: `lmtp(jim@example.com): msgid=<${id}>: saved mail to INBOX`,
        event: `store, messageId ${id}`,
        own: true,
        stored: id,
        storedFor: 'jim@example.com',
      },
    ],
  }
}

/** What cannot be compressed, as ids and times cannot; the same in every run. */
function noise(seed: string): string {
  return createHash('sha256').update(seed).digest('hex')
}

function rig({ mta, release }: Server, index: number): RigRecord {
  const content = Array.from({ length: 120 }, (_, line) => `setting_${line} = value ${(line * 31 + index) % 97}`).join(
    '\n',
  )
  return {
    mta,
    store: 'dovecot',
    release,
    upstreams: ['upstream'],
    topology: { domains: { 'example.com': { mailboxes: { jim: { password: '***' } } } } },
    files: [
      { server: mta, path: `/etc/${mta}/main.cf`, content },
      { server: 'dovecot', path: '/etc/dovecot/dovecot.conf', content },
      { server: 'dovecot', path: '/var/vmail/example.com/jim/sieve/topology.sieve', content: 'keep;' },
    ],
  }
}

/** The documents that the shards of a run had left: its files in turn. */
export function shardsOf(run: RunDocument, count: number): RunDocument[] {
  const units = Object.entries(run.projects).flatMap(([project, { mta, release, scenarios }]) =>
    scenarios.map((scenario) => ({ project, mta, release, file: scenario.file, scenario })),
  )
  const whole = assignmentOf(units)
  return Array.from({ length: count }, (_, index) => {
    const own = Map.groupBy(
      units.filter((_unit, number) => number % count === index),
      ({ project }) => project,
    )
    const projects = [...own].map(([name, some]): [string, RunDocument['projects'][string]] => {
      const part = run.projects[name]
      if (!part) throw new Error(`${name} is of the run`)
      return [name, { ...part, scenarios: some.map(({ scenario }) => scenario) }]
    })
    const made = (run.made ?? []).map((one) => ({ ...one, startedAt: one.startedAt + index, durationMs: 1000 }))
    return { ...run, made, shard: { index: index + 1, count, whole }, projects: Object.fromEntries(projects) }
  })
}
