import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseSessionFile } from './parse.ts'
import { printSessionFile } from './print.ts'
import { SessionFileError } from './session-file-error.ts'
import type { SessionFile } from './statement.ts'

// MAILRIG_FUZZ_SECONDS=60 npx vitest run --project unit src/session-file/fuzz
const SECONDS = Number(process.env.MAILRIG_FUZZ_SECONDS ?? 2)
const SEED = Number(process.env.MAILRIG_FUZZ_SEED ?? Date.now() % 2 ** 31)
/** Of processor time, which does not count what else the machine does. A hang takes longer. */
const LONGEST_MS = 2000
/** Inputs at a time; one lot is always tried to its end. */
const LOT = 200

const WORDS = [
  ...['C:', 'C=:', 'S:', 'S*:', 'S[exim]:', 'S(a):', 'C(a):', 'or:', 'connect', 'connect(a)', 'tls', 'auth', 'message'],
  ...[
    'half-close',
    'close',
    'reset',
    'wait',
    'timeout',
    'flush',
    'fault:',
    'slow-line',
    'rate',
    'limit',
    'memory',
    'sendmail:',
    'sendmail',
    'as',
    'exit',
    '|',
    'fault:',
    'kill',
    'time',
    'mailbox jim:',
    'local',
    'upstream:',
    'milter:',
    'policy:',
    'queue:',
    'log:',
  ],
  ...[
    'imap',
    'pop3',
    'managesieve',
    'lmtp',
    'from',
    'lan',
    'of',
    'raw',
    'plain',
    'nothing',
    'some',
    '1',
    'message',
    ',',
  ],
  ...['subject', 'header', 'body', 'octets', 'file', 'like', 'on', 'rcpt', 'reply', 'delay', 'drop', 'times', 'empty'],
  ...[
    '250',
    '250-',
    '5xx',
    '250|251',
    '5.1.1',
    '5.1.x',
    '?',
    'silence',
    'closed',
    '200ms',
    '2s',
    '1KiB',
    '+SIZE',
    '!VRFY',
  ],
  ...['"a"', '"', '/a/', '/', '/(?<n>a+)+$/i', '/(a{1,99}){1,99}/', '${n}', '${id}', '${', '\\', '\\x41', '\\u{1F600}'],
  ...[
    '* OK',
    'a1 OK',
    '+ x',
    '+OK',
    '-ERR',
    '.',
    'OK',
    '"SIEVE"',
    '#',
    '---',
    'title:',
    'domains:',
    '[',
    ']',
    '{',
    '}',
  ],
]

const line = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...WORDS) }, fc.string({ unit: 'grapheme', maxLength: 8 })), {
    maxLength: 8,
  })
  .map((words) => words.join(' '))
const front = fc.constantFrom(
  '',
  '---\ndomains: { a.example: { mailboxes: [jim] } }\n---\n',
  '---\ntitle: T\nneeds: [dsn]\n---\n',
  '---\n',
)
const source = fc.oneof(
  fc.tuple(front, fc.array(line, { maxLength: 12 })).map(([head, lines]) => head + lines.join('\n')),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ maxLength: 200 }).map((text) => `---\n${text}\n---\nS: 220`),
)

/** The file, or undefined where it is wrong in a way that is foreseen. Anything else is a crash. */
function read(text: string): SessionFile | undefined {
  const before = process.cpuUsage()
  try {
    return parseSessionFile(text, 'fuzz.smtp')
  } catch (error) {
    if (!(error instanceof SessionFileError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    const lines = text.split('\n').length
    for (const { place } of error.problems) {
      expect(place.line).toBeGreaterThan(0)
      expect(place.line).toBeLessThanOrEqual(lines + 1)
      expect(place.column).toBeGreaterThan(0)
    }
    return undefined
  } finally {
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000, 'milliseconds to read it').toBeLessThan(LONGEST_MS)
  }
}

function withoutPlaces(file: SessionFile): unknown {
  return JSON.parse(JSON.stringify(file, (key, value) => (key === 'place' ? undefined : value)))
}

it(`reads or refuses whatever there is, and reads back what it prints (${SECONDS} s)`, {
  timeout: (SECONDS + 30) * 1000,
}, () => {
  let good = 0
  let bad = 0
  const reads = fc.property(source, (text) => {
    const file = read(text)
    if (!file) {
      bad += 1
      return
    }
    good += 1
    const again = read(printSessionFile(file))
    expect(again && withoutPlaces(again)).toEqual(withoutPlaces(file))
  })
  const end = performance.now() + SECONDS * 1000
  for (let lot = 0; lot === 0 || performance.now() < end; lot += 1) {
    fc.assert(reads, { seed: SEED + lot, numRuns: LOT })
  }
  process.stderr.write(`fuzz: seed ${SEED}, ${good} files read, ${bad} refused\n`)
  // Both ways were taken, or the inputs show nothing.
  expect(Math.min(good, bad)).toBeGreaterThan(0)
})
