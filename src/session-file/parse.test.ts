import { describe, expect, it } from 'vitest'
import type { InputError } from '../errors/mailrig-error.ts'
import { MTA_NAMES } from '../servers/registry.ts'
import { RELEASES } from '../servers/release.ts'
import { parseSessionFile } from './parse.ts'
import { SessionFileError } from './session-file-error.ts'
import type { Expect, Statement } from './statement.ts'

const parse = (text: string) => parseSessionFile(text, 'a.smtp').statements
const first = (text: string) => parse(text)[0]
const reply = (text: string) => {
  const [statement] = parse(text).filter((one): one is Expect => one.kind === 'expect')
  const expectation = statement?.choices[0]?.anyOf[0]
  return expectation?.kind === 'reply' ? expectation : expect.unreachable('a reply is expected')
}

/** Statements without their places, which stand in the way of reading. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'place')
      .map(([key, inner]) => [key, bare(inner)]),
  )
}

const FILTERS = '---\nmilters: [filter]\npolicies: [greylist]\n---\n'

function ordersOfFilters(): [string, object][] {
  const milter = (order: object, name = '') => ({ kind: 'milter-order', name, order })
  const policy = (order: object) => ({ kind: 'policy-order', name: '', order })
  const on = (stage: string, action: object, when = {}) => milter({ kind: 'on', stage, action, when })
  return (
    [
      ['milter: down', milter({ kind: 'down' })],
      ['milter filter: up', milter({ kind: 'up' }, 'filter')],
      ['milter: on mail tempfail delay 1s', on('mail', { answer: 'tempfail', delay: 1000 })],
      [
        'milter: on rcpt to "a@b.example" number 2 reply "550 5.7.1 no", "550 5.7.1 really" times 1',
        on(
          'rcpt',
          { reply: ['550 5.7.1 no', '550 5.7.1 really'] },
          { to: { kind: 'literal', octets: ['a@b.example'] }, number: 2, times: 1 },
        ),
      ],
      [
        'milter: on eom add header X-A "1" add header X-A "2" insert header X-B "top" change header Subject "s" delete header X-C',
        on('eom', {
          addHeaders: { 'X-A': ['1', '2'] },
          insertHeaders: { 'X-B': ['top'] },
          changeHeaders: { Subject: 's' },
          deleteHeaders: ['X-C'],
        }),
      ],
      [
        'milter: on eom sender "" add recipient "a@b" delete recipient "c@d" body "text" quarantine "odd"',
        on('eom', { sender: '', addRecipients: ['a@b'], deleteRecipients: ['c@d'], body: 'text', quarantine: 'odd' }),
      ],
      ['milter: on connect reset', on('connect', { drop: 'reset' })],
      [
        'milter: 1 message, header Subject "x"',
        {
          kind: 'milter',
          servers: [],
          name: '',
          count: 1,
          conditions: [{ field: 'header', header: 'Subject', is: { kind: 'literal', octets: ['x'] } }],
        },
      ],
      ['policy: down', policy({ kind: 'down' })],
      [
        'policy: from "" answer "DEFER_IF_PERMIT later" delay 5ms times 1',
        policy({
          kind: 'answer',
          action: { action: 'DEFER_IF_PERMIT later', delay: 5 },
          when: { from: { kind: 'literal', octets: [] }, times: 1 },
        }),
      ],
    ] as [string, object][]
  ).map(([text, statement]) => [`${FILTERS}${text}`, statement])
}

it('reads the folder of a mailbox, and a flag', () => {
  const front = '---\ndomains: { example.com: { mailboxes: [jim] } }\n---\n'
  expect(bare(first(`${front}mailbox jim folder "Sent Items"[exim]: 1 message, flag "Seen"\nS: 220`))).toEqual({
    kind: 'mailbox',
    servers: ['exim'],
    name: 'jim',
    folder: 'Sent Items',
    count: 1,
    conditions: [{ field: 'flag', is: { kind: 'literal', octets: ['Seen'] } }],
  })
})

describe('what is said', () => {
  it('joins consecutive lines of a connection to one write, comments and empty lines apart', () => {
    expect(bare(parse('C: MAIL FROM:<a@b>\n\n# and now\nC: RCPT TO:<c@d>\nC=: partial'))).toEqual([
      {
        kind: 'send',
        connection: '',
        lines: [
          { octets: ['MAIL FROM:<a@b>'], crlf: true },
          { octets: ['RCPT TO:<c@d>'], crlf: true },
          { octets: ['partial'], crlf: false },
        ],
      },
    ])
  })

  it.each([
    ['C: a\\r\\n\\t\\0\\\\\\$\\"\\/z', ['a\r\n\t\0\\$"/z']],
    ['C: \\xff\\x0A', ['\xff\n']],
    ['C: é\\u{e9}', ['\xc3\xa9\xc3\xa9']],
    ['C:   two blanks stay  ', ['  two blanks stay  ']],
    ['C:', []],
    ['  C: as the RFC indents it', ['as the RFC indents it']],
    ['C: <${id}@x>', ['<', { variable: 'id' }, '@x>']],
    ['C: costs $5 or \\${id}', ['costs $5 or ${id}']],
  ])('reads %j', (text, octets) => {
    const statement = first(text)
    expect(bare(statement?.kind === 'send' ? statement.lines[0]?.octets : undefined)).toEqual(octets)
  })

  it.each<[string, object]>([
    ['connect submission from lan', { kind: 'connect', connection: '', protocol: 'submission', side: 'lan' }],
    ['connect(bob)', { kind: 'connect', connection: 'bob', protocol: 'smtp' }],
    ['tls', { kind: 'tls', connection: '' }],
    ['half-close', { kind: 'half-close', connection: '' }],
    [
      'connect(a) smtp port 10025 from lan',
      { kind: 'connect', connection: 'a', protocol: 'smtp', port: 10025, side: 'lan' },
    ],
    [
      '---\nipv6: true\n---\nconnect smtp over ipv6 from lan',
      { kind: 'connect', connection: '', protocol: 'smtp', ipv6: true, side: 'lan' },
    ],
    ['close', { kind: 'close', connection: '' }],
    ['reset', { kind: 'reset', connection: '' }],
    ['wait 200ms', { kind: 'wait', ms: 200 }],
    ['wait 2 s', { kind: 'wait', ms: 2000 }],
    ['timeout 30s', { kind: 'timeout', ms: 30_000 }],
    ['flush', { kind: 'flush' }],
    ['sendmail: -t', { kind: 'sendmail', servers: [], arguments: [['-t']], exit: [0], input: { lines: [] } }],
    [
      'sendmail[exim] as www-data exit 0|67: -f "a b" jim@example.com\n| To: x\n|\n  | .\n|  ${id}',
      {
        kind: 'sendmail',
        servers: ['exim'],
        user: 'www-data',
        arguments: [['-f'], ['a b'], ['jim@example.com']],
        exit: [0, 67],
        input: {
          lines: [{ octets: ['To: x'] }, { octets: [] }, { octets: ['.'] }, { octets: [' ', { variable: 'id' }] }],
        },
      },
    ],
    [
      'sendmail exit ? from "m.eml": -t',
      { kind: 'sendmail', servers: [], arguments: [['-t']], input: { file: 'm.eml' } },
    ],
    ['fault: kill', { kind: 'fault', servers: [], fault: { kind: 'kill', of: 'mta' } }],
    [
      'fault[exim]: kill qmgr',
      { kind: 'fault', servers: ['exim'], fault: { kind: 'kill', of: 'mta', daemon: 'qmgr' } },
    ],
    [
      'fault: fill-disk inodes',
      { kind: 'fault', servers: [], fault: { kind: 'fill-disk', of: 'mta', what: 'inodes' } },
    ],
    ['fault: cut-off', { kind: 'fault', servers: [], fault: { kind: 'cut-off', of: 'mta', side: 'internet' } }],
    [
      'fault: slow-line lan rate 8kB/s latency 2s',
      {
        kind: 'fault',
        servers: [],
        fault: { kind: 'slow-line', of: 'mta', side: 'lan', bytesPerSecond: 8000, latencyMs: 2000 },
      },
    ],
    [
      'fault: limit descriptors 40',
      { kind: 'fault', servers: [], fault: { kind: 'limit', of: 'mta', descriptors: 40 } },
    ],
    [
      '---\nfilters: { opendkim: {} }\n---\nfault: stop-filter opendkim',
      { kind: 'fault', servers: [], fault: { kind: 'stop-filter', filter: 'opendkim' } },
    ],
    ['fault: time 5 days 1 hour', { kind: 'fault', servers: [], fault: { kind: 'time', seconds: 435_600 } }],
    ['message of 10KiB', { kind: 'message', connection: '', from: { size: 10_240 }, raw: false }],
    [
      '---\ndkim: [a.example]\n---\nmessage of 1K signed a.example broken body',
      {
        kind: 'message',
        connection: '',
        from: { size: 1024 },
        raw: false,
        signed: { domain: 'a.example', broken: 'body' },
      },
    ],
    ['message raw from "a/b.eml"', { kind: 'message', connection: '', from: { file: 'a/b.eml' }, raw: true }],
    [
      'auth plain jim@example.com "correct horse"',
      { kind: 'auth', connection: '', mechanism: 'PLAIN', user: ['jim@example.com'], password: ['correct horse'] },
    ],
    ['upstream: down', { kind: 'upstream-order', upstream: 'upstream', order: { kind: 'down' } }],
    [
      'upstream: on rcpt reply "450 4.2.1 try later", "450 4.2.1 really" delay 1s drop times 2',
      {
        kind: 'upstream-order',
        upstream: 'upstream',
        order: {
          kind: 'on',
          stage: 'rcpt',
          reply: ['450 4.2.1 try later', '450 4.2.1 really'],
          delay: 1000,
          drop: true,
          times: 2,
        },
      },
    ],
    [
      'upstream: offer auth jim "correct horse"',
      {
        kind: 'upstream-order',
        upstream: 'upstream',
        order: { kind: 'offer', what: 'auth', user: 'jim', password: 'correct horse' },
      },
    ],
    [
      'upstream: offer tls required certificate other-name',
      {
        kind: 'upstream-order',
        upstream: 'upstream',
        order: { kind: 'offer', what: 'tls', policy: 'required', certificate: 'other-name' },
      },
    ],
    [
      'upstream: on rcpt from "" to like "*@a.example" number 2 reply "450 4.2.1 later"',
      {
        kind: 'upstream-order',
        upstream: 'upstream',
        order: {
          kind: 'on',
          stage: 'rcpt',
          from: { kind: 'literal', octets: [] },
          to: { kind: 'like', octets: ['*@a.example'] },
          number: 2,
          reply: ['450 4.2.1 later'],
        },
      },
    ],
    ...ordersOfFilters(),
    ['queue: empty', { kind: 'queue', servers: [], count: 0 }],
    ['queue: 1 message, deferred', { kind: 'queue', servers: [], count: 1, state: 'deferred' }],
    [
      'log[exim]: no "panic"',
      { kind: 'log', servers: ['exim'], present: false, pattern: { kind: 'literal', octets: ['panic'] } },
    ],
    [
      'upstream: some message, to "a@b", subject like "Hello *", header X-Spam "yes"',
      {
        kind: 'upstream',
        servers: [],
        name: 'upstream',
        count: 'some',
        conditions: [
          { field: 'to', is: { kind: 'literal', octets: ['a@b'] } },
          { field: 'subject', is: { kind: 'like', octets: ['Hello *'] } },
          { field: 'header', header: 'X-Spam', is: { kind: 'literal', octets: ['yes'] } },
        ],
      },
    ],
  ])('reads %j', (text, statement) => {
    expect(bare(parse(text))).toEqual([statement])
  })
})

describe('what is expected', () => {
  it.each<[string, object]>([
    ['S: 250', { codes: ['250'] }],
    ['S: 5xx', { codes: ['5xx'] }],
    ['S: 250|251|55x', { codes: ['250', '251', '55x'] }],
    ['S: 550 5.1.1 No such user', { codes: ['550'], enhanced: '5.1.1' }],
    ['S: 550 5.1.x', { codes: ['550'], enhanced: '5.1.x' }],
    ['S: 220 2.4 of something', { codes: ['220'] }],
  ])('reads the status of %j', (text, status) => {
    expect(reply(text).status).toEqual(status)
  })

  it('takes bare words for illustration, and reads patterns, texts and keywords', () => {
    expect(
      bare(reply('S: 250 hello /SIZE (?<size>\\d+)/i "a \\"b\\"" +STARTTLS !CHUNKING +AUTH=PLAIN there').lines),
    ).toEqual([
      {
        patterns: [
          { kind: 'regex', source: 'SIZE (?<size>\\d+)', flags: 'i', captures: ['size'] },
          { kind: 'literal', octets: ['a "b"'] },
        ],
        keywords: [
          { present: true, name: 'STARTTLS' },
          { present: false, name: 'CHUNKING' },
          { present: true, name: 'AUTH', parameter: 'PLAIN' },
        ],
        words: 'hello there',
      },
    ])
  })

  it('joins the lines of one reply, and parts those of two', () => {
    const statements = parse('S: 250-foo\nS: 250-8BITMIME\nS: 250 HELP\nS: 221') as Expect[]
    expect(
      statements.map(({ choices }) => choices[0]?.anyOf.map((one) => one.kind === 'reply' && one.lines.length)),
    ).toEqual([[3], [1]])
  })

  it('joins what other servers answer, and alternatives, to the line before', () => {
    const statements = parse('S: 250\nor: 251\nS[exim, sendmail-trixie]: 550\nor: closed\nS[exim]: 221') as Expect[]
    expect(statements.map(({ choices }) => choices.map(({ servers, anyOf }) => [servers, anyOf.length]))).toEqual([
      [
        [[], 2],
        [['exim', 'sendmail-trixie'], 2],
      ],
      [[['exim'], 1]],
    ])
  })

  it.each<[string, object]>([
    ['S: ?', { kind: 'any' }],
    ['S: silence 200ms', { kind: 'silence', ms: 200 }],
    ['S: closed', { kind: 'closed' }],
    ['S: reset', { kind: 'reset' }],
  ])('reads %j', (text, expectation) => {
    expect(bare((first(text) as Expect).choices[0]?.anyOf)).toEqual([expectation])
  })

  it('reads every line with S*', () => {
    expect(reply('S*: 250 /./').every).toBe(true)
  })
})

describe('other protocols', () => {
  const shape = (statement: Statement | undefined) => {
    const expectation = statement?.kind === 'expect' ? statement.choices[0]?.anyOf[0] : undefined
    return expectation?.kind === 'reply' ? [expectation.status, expectation.lines.length] : undefined
  }
  const store = '---\ndomains: { example.com: { mailboxes: [jim] } }\n---\n'

  it('reads IMAP: a greeting, untagged lines and the tagged one, an untagged line alone, a continuation', () => {
    const [, greeting, , login, , select, , idle, exists] = parse(
      `${store}connect imap
S: * OK [CAPABILITY IMAP4rev1] ready
C: a1 LOGIN jim@example.com secret
S: a1 OK
C: a2 SELECT INBOX
S: * 1 EXISTS
S: * FLAGS (\\Seen)
S: a2 OK [READ-WRITE] done
C: a3 IDLE
S: + idling
S: * /EXISTS/`,
    )
    expect([greeting, login, select, idle, exists].map(shape)).toEqual([
      [{ codes: ['OK'], tag: '*' }, 1],
      [{ codes: ['OK'], tag: 'a1' }, 1],
      [{ codes: ['OK'], tag: 'a2' }, 3],
      [{ codes: ['+'] }, 1],
      [{ codes: ['*'] }, 1],
    ])
  })

  it('reads POP3 listings up to the next command', () => {
    const [, greeting, , list, , quit] = parse(
      `${store}connect pop3\nS: +OK\nC: LIST\nS: +OK 1 message\nS: 1 120\nS: .\nC: QUIT\nS: +OK|-ERR`,
    )
    expect([greeting, list, quit].map(shape)).toEqual([
      [{ codes: ['+OK'] }, 1],
      [{ codes: ['+OK'] }, 3],
      [{ codes: ['+OK', '-ERR'] }, 1],
    ])
  })

  it('reads ManageSieve up to OK, NO or BYE', () => {
    const [, greeting] = parse(`${store}connect managesieve\nS: "IMPLEMENTATION" /Pigeonhole/\nS: "SIEVE"\nS: OK ready`)
    expect(shape(greeting)).toEqual([{ codes: ['OK'] }, 3])
  })
})

describe('the front matter', () => {
  it('takes the topology beside the title, or below `topology`', () => {
    const beside = parseSessionFile('---\ntitle: T\nneeds: [dsn]\ntls: none\n---\n', 'a.smtp').front
    const below = parseSessionFile(
      '---\ntitle: T\nneeds: { features: [dsn], reason: R }\ntopology: { tls: none }\n---\n',
      'a',
    )
    expect(beside).toEqual({ title: 'T', needs: { features: ['dsn'] }, topology: { tls: 'none' } })
    expect(below.front).toEqual({ title: 'T', needs: { features: ['dsn'], reason: 'R' }, topology: { tls: 'none' } })
  })

  it('may be left out, be empty, and end in CRLF', () => {
    expect(parseSessionFile('S: 220\n', 'a.smtp').front).toEqual({ topology: {} })
    expect(parseSessionFile('---\n---\nS: 220\n', 'a.smtp').front).toEqual({ topology: {} })
    expect(parseSessionFile('\ufeff---\r\ntitle: T\r\n---\r\nS: 220\r\n', 'a.smtp')).toMatchObject({
      front: { title: 'T' },
      statements: [{ kind: 'expect', place: { line: 4, column: 1 } }],
    })
  })
})

/** Every way to be wrong: the file, where it says so, and what it says. */
const WRONG: [what: string, text: string, place: string, message: string][] = [
  ['an unknown statement', 'X: 1', '1:1', 'found "X", expected a statement: C, S, or'],
  ['a name every object has', 'constructor: 1', '1:1', 'found "constructor", expected a statement'],
  ['no statement', '  %', '1:3', 'found "%", expected a statement'],
  ['no colon', 'C EHLO', '1:2', 'found " ", expected ":" after C'],
  ['something behind a verb', 'flush!', '1:6', 'found "!", expected a space after flush'],
  ['a program without arguments', 'sendmail:', '1:10', 'found the end of the line, expected what sendmail(1) is to do'],
  ['a program without a colon', 'sendmail -t', '1:10', 'found "-t", expected ":", or the word: as, exit, from'],
  ['an exit code that cannot be', 'sendmail exit 300: -t', '1:15', 'found 300, expected an exit code from 0 to 255'],
  ['an account that cannot be', 'sendmail as $x: -t', '1:13', 'expected the name of an account, such as www-data'],
  ['a shell behind a program', 'sendmail: -t; $(id)', '1:15', 'expected an argument, in quotes where'],
  ['input of nobody', 'S: 220\n| To: x', '2:1', 'found "|", expected a statement; "|" goes with a line "sendmail: …"'],
  ['input beside a file', 'sendmail from "a.eml": -t\n| x', '2:1', 'found "|", expected no more input'],
  [
    'IPv6 in a topology without',
    'connect smtp over ipv6',
    '1:1',
    'found a connection over ipv6, expected a topology with `ipv6: true`',
  ],
  [
    'a client by IPv6',
    '---\nipv6: true\nclients: [a.example]\n---\nconnect smtp from a.example over ipv6',
    '5:1',
    'found a.example over ipv6, expected lan or internet',
  ],
  ['another kind of address', 'connect smtp over ipx', '1:19', 'found "ipx", expected the kind of address: ipv4, ipv6'],
  ['a fault that there is not', 'fault: explode', '1:8', 'found "explode", expected a fault: power-cut, kill, '],
  [
    'a machine that there is not',
    'fault: power-cut both',
    '1:18',
    'found "both", expected the end of the line or one of these: mta, store',
  ],
  ['what a disk does not have', 'fault: fill-disk inode', '1:18', 'did you mean "inodes"?'],
  ['a side that there is not', 'fault: cut-off mta wan', '1:20', 'one of these: mta, store, lan, internet'],
  [
    'a line that nothing is said of',
    'fault: slow-line',
    '1:17',
    'found the end of the line, expected how slow the line is',
  ],
  ['a rate without a unit', 'fault: slow-line rate 8', '1:23', 'expected a rate such as 500B/s, 8kB/s or 1MB/s'],
  ['a rate that is none', 'fault: slow-line rate 9B/s', '1:23', 'found 9B/s, expected a rate'],
  [
    'a latency for years',
    'fault: slow-line latency 11s',
    '1:26',
    'found 11000ms, expected a latency from 1ms to 10000ms',
  ],
  ['a rate that is named twice', 'fault: slow-line rate 1kB/s rate 2kB/s', '1:29', 'found rate again'],
  [
    'no limit',
    'fault: limit store',
    '1:19',
    'found the end of the line, expected what is limited: memory, descriptors',
  ],
  ['memory for nobody', 'fault: limit memory 1MiB', '1:21', 'found 1MiB, expected from 6MiB'],
  [
    'descriptors for nobody',
    'fault: limit descriptors 15',
    '1:26',
    'found 15, expected a number of descriptors from 16',
  ],
  ['a machine too many', 'fault: power-cut mta store', '1:22', 'found "store", expected the end of the line'],
  ['no time that passes', 'fault: time 0 days', '1:12', 'found 0 seconds, expected from a second to ten years'],
  ['a unit that is named twice', 'fault: time 5 days 1 day', '1:22', 'found days again, expected each unit once'],
  ['a unit that there is not', 'fault: time 5 weeks', '1:15', 'found "weeks"'],
  ['a store that there is not', 'fault: kill store', '1:1', 'expected a topology with a mailbox'],
  ['something behind the statement', 'flush now', '1:7', 'found "now", expected the end of the line'],
  ['a code with a letter', 'S: 25O ok', '1:4', 'found "25", expected a reply code such as 250'],
  ['no code', 'S: hello', '1:4', 'found "hello", expected a reply code such as 250, 25x or 5xx, or "?"'],
  ['a code that cannot be', 'S: 999', '1:4', 'found "999", expected a reply code'],
  ['a hyphen that is none', 'S: 250/x/', '1:7', 'found "/", expected a space after the reply code'],
  [
    'an enhanced code of another class',
    'S: 250 5.1.1',
    '1:8',
    'found 5.1.1, expected an enhanced status code of class 2',
  ],
  ['another code inside a reply', 'S: 250-a\nS: 251 b', '2:3', 'found 251, expected 250, the code of the lines before'],
  [
    'a reply without its last line',
    'S: 250-a\nC: NOOP',
    '2:1',
    'found C, expected the last line of the reply: S: 250 and a space',
  ],
  [
    'a file that ends inside a reply',
    'S: 250-a',
    '1:9',
    'found the end of the file, expected the last line of the reply',
  ],
  ['closed inside a reply', 'S: 250-a\nS: closed', '2:3', 'found closed, expected the last line of the reply'],
  ['an open quote', 'S: 250 "abc', '1:8', 'found a quote that is not closed'],
  [
    'an open pattern',
    'S: 250 /abc',
    '1:8',
    'found a pattern that is not closed, expected a closing / on the same line',
  ],
  ['an empty pattern', 'S: 250 //', '1:8', 'found an empty pattern'],
  ['a pattern with look-ahead', 'S: 250 /(?=a)/', '1:8', 'found a pattern that cannot be used'],
  ['a pattern with a back-reference', 'S: 250 /(a)\\1/', '1:8', 'found a pattern that cannot be used'],
  [
    'a pattern that is too long',
    `S: 250 /${'a'.repeat(1001)}/`,
    '1:8',
    'found a pattern of 1001 characters, expected one of at most 1000',
  ],
  ['no space behind a text', 'S: 250 "a"b', '1:11', 'found "b", expected a space after the text or pattern'],
  ['an unknown escape', 'C: a\\q', '1:5', 'found "\\q", expected an escape: \\r \\n'],
  ['an escape at the end', 'C: a\\', '1:5', 'expected an escape'],
  ['half an octet', 'C: \\x4', '1:4', 'expected an escape'],
  ['a code point that is none', 'C: \\u{110000}', '1:4', 'expected a code point up to 10FFFF'],
  [
    'an unknown variable',
    'C: ${size}',
    '1:4',
    'found ${size}, expected one of host, id, date, or a capture (?<size>…) before it',
  ],
  ['a capture used where it is made', 'S: 250 /(?<a>.)/ "${a}"', '1:19', 'found ${a}'],
  ['a variable in a pattern', 'S: 250 /${b}/', '1:8', 'found ${b}'],
  ['a variable without a name', 'C: ${}', '1:6', 'expected the name of a variable'],
  ['a variable that is not closed', 'C: ${id', '1:8', 'expected "}"'],
  ['or without a line before', 'or: 250', '1:1', 'found "or", expected an S: line directly before it'],
  ['or behind something else', 'S: 220\nC: NOOP\nor: 250', '3:1', 'found "or"'],
  ['silence among others', 'S: 250\nor: silence 100ms', '2:5', 'found silence as one of several'],
  [
    'an unknown server',
    'S[qmail]: 250',
    '1:3',
    `found "qmail", expected the name of a server: ${[...MTA_NAMES, ...RELEASES].join(', ')}`,
  ],
  ['brackets not closed', 'S[exim: 250', '1:7', 'expected "," or "]"'],
  ['no server in brackets', 'S[]: 250', '1:3', 'expected the name of a server'],
  ['a connection without a name', 'C(): x', '1:3', 'expected the name of a connection'],
  ['a connection name not closed', 'C(bob: x', '1:6', 'expected ")"'],
  [
    'a connection that is not open',
    'C(bob): x',
    '1:1',
    'found the connection bob, which is not open, expected connect(bob) before it',
  ],
  ['a connection opened twice', 'connect(a)\nconnect(a)', '2:1', 'found the connection a opened again'],
  ['a connection opened after its use', 'S: 220\nconnect', '2:1', 'found the connection without a name opened again'],
  [
    'an unknown protocol',
    'connect ftp',
    '1:9',
    'found "ftp", expected a protocol: smtp, submission, submissions, lmtp',
  ],
  ['an unknown side', 'connect smtp from dmz', '1:1', 'found the client "dmz", expected one the topology declares'],
  ['something else than from', 'connect smtp via lan', '1:14', 'found "via", expected the word: from'],
  ['a side for the store', 'connect imap from lan', '1:14', 'the mail store stands on the lan only'],
  ['a store without a mailbox', 'connect imap', '1:1', 'found imap, expected a topology with a mailbox'],
  ['an unknown mechanism', 'auth digest a b', '1:6', 'found "digest", expected a mechanism'],
  ['no password', 'auth plain jim', '1:15', 'expected a password'],
  [
    'auth on another protocol',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nconnect imap\nauth plain a b',
    '5:1',
    'found auth on imap',
  ],
  ['no message source', 'message "x"', '1:9', 'expected the word: from, of'],
  ['a message without quotes', 'message from x.eml', '1:14', 'expected the path of a file in quotes'],
  ['a path out of the folder', 'message from "../x"', '1:14', 'found "../x", expected a path inside the folder'],
  ['an absolute path', 'message from "/etc/passwd"', '1:14', 'expected a path inside the folder'],
  ['a path with a variable', 'message from "${id}"', '1:14', 'found a path that is empty or not fixed'],
  ['a message that is too small', 'message of 10', '1:12', 'found 10 octets, expected at least 256'],
  ['a message that is too large', 'message of 65MiB', '1:12', 'expected at most 64M'],
  ['an unknown unit', 'message of 10MB', '1:12', 'found 10MB, expected a size such as'],
  ['no size', 'message of some', '1:12', 'expected a size such as'],
  [
    'a message with an end of data elsewhere',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nconnect imap\nmessage of 300',
    '5:1',
    'expected message raw',
  ],
  ['no time', 'wait long', '1:6', 'expected a time such as 200ms or 2s'],
  ['an unknown time unit', 'wait 5min', '1:6', 'found 5min, expected a time'],
  ['too much time', 'wait 301s', '1:6', 'expected a time of at most 300s'],
  ['a time out of none', 'timeout 0ms', '1:1', 'found no time'],
  [
    'an unknown mailbox',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nmailbox joe: nothing',
    '4:1',
    'found the mailbox "joe", expected one the topology declares: j@a.example',
  ],
  [
    'a mailbox of two domains',
    '---\ndomains: { a.example: { mailboxes: [j] }, b.example: { mailboxes: [j] } }\n---\nmailbox j: nothing',
    '4:1',
    'of which there are several',
  ],
  [
    'an unknown account',
    'local jim: nothing',
    '1:1',
    'found the account "jim", expected one the topology declares: root',
  ],
  ['an unknown upstream', 'upstream other: nothing', '1:1', 'found the upstream "other"'],
  ['an unknown upstream to order', 'upstream other: down', '1:1', 'found the upstream "other"'],
  ['a key that there is not', 'message of 1K signed b.example', '1:1', 'found the key of "b.example"'],
  [
    'a result of what the milter saw',
    `${FILTERS}milter: 1 message, dkim "pass"`,
    '5:20',
    'results are those of an upstream',
  ],
  ['a macro of what was relayed', 'upstream: 1 message, macro i "x"', '1:22', 'macros are what a milter is told'],
  ['a milter that there is not', 'milter: down', '1:1', 'found a milter, expected a topology that declares one'],
  ['another milter', `${FILTERS}milter fliter: down`, '5:1', 'did you mean "filter"?'],
  ['another policy service', `${FILTERS}policy other: silent`, '5:1', 'found the policy service "other"'],
  ['a stage that a milter has not', `${FILTERS}milter: on message reject`, '5:12', 'expected a stage'],
  ['a recipient before RCPT', `${FILTERS}milter: on mail to "a@b" reject`, '5:20', 'a stage at which it is known'],
  ['two answers', `${FILTERS}milter: on mail accept reject`, '5:24', 'expected one answer'],
  ['a change before the end', `${FILTERS}milter: on data body "x"`, '5:16', 'changes messages at eom alone'],
  ['an order that never serves', `${FILTERS}milter: on data reject times 0`, '5:30', 'such an order never serves'],
  ['a filter for some servers', `${FILTERS}policy[postfix]: silent`, '5:1', 'found a filter told what to do'],
  ['a policy service told nothing', `${FILTERS}policy:`, '5:8', 'expected when, or what to do'],
  ['a recipient to be changed', `${FILTERS}milter: on eom change recipient "a@b"`, '5:23', 'add or delete recipient'],
  ['a mailbox without a name', 'mailbox: nothing', '1:8', 'expected a name, such as jim'],
  ['no count', 'upstream: many messages', '1:11', 'expected nothing, some, or how many messages'],
  ['too many', 'upstream: 100001 messages', '1:11', 'at most 100000'],
  ['no unit', 'upstream: 1 mail', '1:13', 'found "mail", expected the word: message, messages'],
  ['an unknown field', 'upstream: 1 message, size 5', '1:22', 'found "size", expected what of the message is meant'],
  ['a header without a name', 'upstream: 1 message, header', '1:28', 'expected the name of a header field'],
  ['no value', 'upstream: 1 message, subject Hello', '1:30', 'found "Hello", expected a text in quotes, a /pattern/'],
  ['a file for a field', 'upstream: 1 message, subject file "x"', '1:30', 'a file goes with body or octets'],
  [
    'a pattern for octets',
    'upstream: 1 message, octets /x/',
    '1:29',
    'found a pattern, expected octets in quotes, or a file',
  ],
  ['no comma', 'upstream: 1 message subject "x"', '1:21', 'expected "," and a condition'],
  ['an order for some servers', 'upstream[exim]: down', '1:1', 'found an upstream told what to do for some servers'],
  ['an unknown stage', 'upstream: on helo reply "500 no"', '1:14', 'found "helo", expected a stage'],
  ['an action that does nothing', 'upstream: on rcpt', '1:18', 'found an action that cannot be'],
  ['a reply that is none', 'upstream: on rcpt reply "no"', '1:18', 'found an action that cannot be'],
  ['a sender before MAIL', 'upstream: on ehlo from "" reply "500 no"', '1:24', 'one of the stages mail, rcpt'],
  ['a flag of what was relayed', 'upstream: 1 message, flag "Seen"', '1:22', 'flags are those of a mailbox'],
  ['a folder without a name', 'mailbox jim folder: nothing', '1:19', 'expected the path of a folder'],
  ['a port that is none', 'connect smtp port 70000', '1:19', 'a port from 1 to 65535'],
  ['a client that is not declared', 'connect smtp from mail.a.example', '1:1', 'the client "mail.a.example"'],
  ['an offer of nothing', 'upstream: offer money', '1:17', 'found "money", expected what is offered: auth, tls'],
  ['an unknown flaw', 'upstream: offer tls certificate old', '1:33', 'found "old", expected what certificate it shows'],
  ['a reply twice', 'upstream: on rcpt reply "450 a" reply "450 b"', '1:33', 'at most once'],
  ['a reply with a variable', 'upstream: on rcpt reply "450 ${id}"', '1:25', 'expected a text without variables'],
  ['an unknown action', 'upstream: on rcpt explode', '1:19', 'found "explode", expected when, or what to do'],
  ['an unknown state', 'queue: 1 message, lost', '1:19', 'expected the state of a message'],
  ['no queue', 'queue: full', '1:8', 'expected empty, or how many messages'],
  ['no comma in the queue', 'queue: 1 message deferred', '1:18', 'expected "," and a state'],
  ['no log pattern', 'log: panic', '1:6', 'expected a text in quotes or a /pattern/'],
  ['front matter that does not end', '---\ntitle: T\n', '1:1', 'found front matter that does not end'],
  ['front matter that is no mapping', '---\n[1]\n---\n', '2:1', 'found [1], expected keys and values'],
  ['YAML that is none', '---\ntitle: "a\n---\n', '2:10', 'found YAML that cannot be read'],
  ['a key twice', '---\ntitle: a\ntitle: b\n---\n', '3:1', 'found YAML that cannot be read: Map keys must be unique'],
  [
    'an unknown key',
    '---\ntitle: T\ntitel: T\n---\n',
    '3:1',
    'found "titel", expected a key of the front matter; did you mean "title"? There is title, description',
  ],
  [
    'a title that is none',
    '---\ntitle: 5\n---\n',
    '2:8',
    'title: 5 is wrong: expected a text, not a number; write title: "An unknown user',
  ],
  ['a reference that is none', '---\nreferences: [RFC 5321, somewhere]\n---\n', '2:24', 'expected a reference such as'],
  [
    'an unknown feature',
    '---\nneeds: [telepathy]\n---\n',
    '2:9',
    'needs[0]: "telepathy" is wrong: expected one of "recipient-verification"|',
  ],
  ['a misspelt feature', '---\nneeds: [recipient-verificaton]\n---\n', '2:9', 'did you mean "recipient-verification"?'],
  [
    'a misspelt key of needs',
    '---\nneeds: { mta: [exim], reason: x }\n---\n',
    '2:10',
    'needs.mta: there is no such key; did you mean "mtas"? There is features, mtas',
  ],
  ['a misspelt MTA', '---\nneeds: { mtas: [postifx], reason: x }\n---\n', '2:17', 'did you mean "postfix"?'],
  ['a feature twice', '---\nneeds: [dsn, dsn]\n---\n', '2:14', 'needs[1]: "dsn" is named twice'],
  ['needs that are no list', '---\nneeds: dsn\n---\n', '2:8', 'not a text; write needs: [dsn], or { mtas: [postfix]'],
  [
    'a key at its place',
    '---\ndomains:\n  a.example:\n    mailboxs: [jim]\n---\n',
    '4:5',
    'mailboxs: there is no such key; did you mean "mailboxes"?',
  ],
  [
    'a mailbox twice',
    '---\ndomains: { a.example: { mailboxes: [jim, jim] } }\n---\n',
    '2:42',
    'mailboxes[1]: "jim" is named twice',
  ],
  [
    'a domain twice',
    '---\ndomains: { a.example: {}, A.example: {} }\n---\n',
    '2:27',
    '"A.example" is named twice, the other time as "a.example"',
  ],
  ['a network that is none', '---\ntrustedNetworks: [10.0.0.0/40]\n---\n', '2:19', 'has a prefix of 40 bits'],
  [
    'a wrong shape',
    '---\naccess: { sender: x }\n---\n',
    '2:9',
    'write access: [{ sender: "spam.example", action: "REJECT" }]',
  ],
  ['a misspelt verb', 'mailbx jim: nothing', '1:1', 'did you mean "mailbox"?'],
  ['a misspelt stage', 'upstream: on rctp drop', '1:14', 'did you mean "rcpt"?'],
  ['a misspelt server', 'S[posfix]: 220', '1:3', 'did you mean "postfix"?'],
  [
    'a misspelt mailbox',
    '---\ndomains: { a.example: { mailboxes: [petra] } }\n---\nmailbox perta: nothing',
    '4:1',
    'did you mean "petra@a.example"?',
  ],
  ['topology in two places', '---\ntopology: {}\ntls: none\n---\n', '3:1', 'found "tls" beside "topology"'],
  [
    'a wrong topology',
    '---\ntitle: T\ndomains:\n  example.com:\n    mailboxes: [jim]\n    catchAll: joe\n---\n',
    '6:15',
    'domains["example.com"].catchAll: example.com has no mailbox',
  ],
  ['a wrong topology below topology', '---\ntopology:\n  tls: maybe\n---\n', '3:8', 'tls: "maybe" is wrong'],
  [
    'IMAP without a tag',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nconnect imap\nS:',
    '5:3',
    'expected an IMAP response',
  ],
  [
    'an IMAP tag that is none',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nconnect imap\nS: % OK',
    '5:4',
    'the tag of a command',
  ],
  [
    'an IMAP condition that is none',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nconnect imap\nS: a1 FINE',
    '5:7',
    'found "FINE", expected one of OK, NO, BAD',
  ],
  [
    'a POP3 status that is none',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nconnect pop3\nS: OK',
    '5:4',
    'expected "+OK" or "-ERR"',
  ],
  [
    'ManageSieve without an end',
    '---\ndomains: { a.example: { mailboxes: [j] } }\n---\nconnect managesieve\nS: "SIEVE"',
    '5:11',
    'OK, NO or BYE',
  ],
]

describe('what is wrong', () => {
  it.each(WRONG)('names %s', (_, text, place, message) => {
    let error: unknown
    try {
      parseSessionFile(text, 'a.smtp')
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(SessionFileError)
    expect((error as SessionFileError).message).toContain(message)
    expect((error as SessionFileError).message).toContain(`a.smtp:${place}: `)
    expect((error as InputError).exitCode).toBe(2)
  })

  it('names broken YAML once, however often the reader stumbles over it', () => {
    for (const [front, places] of [
      ['a: 1\n b: 2\n  c: 3', ['2:4']],
      ['title: a: b: c\ndomains: {', ['2:8', '3:11']],
      ['\ta: 1\n\tb: 2', ['2:1']],
    ] as const) {
      let error: unknown
      try {
        parse(`---\n${front}\n---\nS: 220`)
      } catch (caught) {
        error = caught
      }
      expect((error as SessionFileError).problems.map(({ place }) => `${place.line}:${place.column}`)).toEqual(places)
    }
  })

  it('shows the line, marks the place and names every wrong place of the front matter', () => {
    expect(() => parseSessionFile('---\ntls: no\ntitel: x\n---\n\tS: 25O\n', 'bug.smtp')).toThrow(
      /bug\.smtp:3:1: found "titel", expected a key of .*bug\.smtp:2:6: tls: "no" is wrong/s,
    )
    const message = (() => {
      try {
        parseSessionFile('\tS: 25O\n', 'bug.smtp')
      } catch (error) {
        return (error as Error).message
      }
      return ''
    })()
    expect(message.split('\n').slice(1)).toEqual(['  1 | \tS: 25O', '    | \t   ^'])
  })

  it('is not led to read for ever by aliases that multiply', () => {
    const bomb = ['---', 'a: &a [x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 12; level += 1) {
      const [name, before] = ['bcdefghijklm'[level - 1], 'abcdefghijkl'[level - 1]]
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`)
    }
    expect(() => parseSessionFile([...bomb, '---', ''].join('\n'), 'a.smtp')).toThrow('YAML that cannot be read')
  })

  it('is a file that is too long', () => {
    expect(() => parseSessionFile('#'.repeat(4_194_305), 'a.smtp')).toThrow('found 4194305 characters')
  })
})
