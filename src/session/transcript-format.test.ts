import { describe, expect, it } from 'vitest'
import { Transcript } from './transcript.ts'
import { format, type TranscriptFormat } from './transcript-format.ts'

/** `C:`, `S:` and `--` lines with their octets, one event each, 1.5 ms apart. */
function rendered(events: [who: 'C' | 'S' | '-', octets: string | Buffer][], options?: TranscriptFormat): string[] {
  const transcript = new Transcript('test')
  for (const [index, [who, octets]] of events.entries()) {
    const at = index * 1.5
    if (who === '-') transcript.record({ kind: 'note', at, text: String(octets) })
    else transcript.record({ kind: who === 'C' ? 'sent' : 'received', at, octets })
  }
  return format(transcript, options).split('\n')
}

describe('format', () => {
  it('shows time, direction and line', () => {
    expect(
      rendered([
        ['S', '220 hi\r\n'],
        ['C', 'EHLO a\r\n'],
        ['S', '250-a\r\n250 b\r\n'],
        ['-', 'FIN received'],
      ]),
    ).toEqual([
      '    0.0 ms S: 220 hi',
      '    1.5 ms C: EHLO a',
      '    3.0 ms S: 250-a',
      '    3.0 ms S: 250 b',
      '    4.5 ms -- FIN received',
    ])
  })

  it('joins a line that came in pieces, and marks one that never ended', () => {
    expect(
      rendered([
        ['S', '22'],
        ['S', '0 hi\r\n25'],
        ['C', 'NO'],
      ]),
    ).toEqual(['    0.0 ms S: 220 hi', '    1.5 ms S: 25 (no line end)', '    3.0 ms C: NO (no line end)'])
  })

  it('escapes what does not print and shows line ends that are not CRLF', () => {
    expect(
      rendered([
        ['C', Buffer.from('a\0\t\x1b\xff\n', 'latin1')],
        ['C', 'é\r\r\n'],
      ]),
    ).toEqual(['    0.0 ms C: a\\x00\\t\\x1b\\xff\\n', '    1.5 ms C: é\\r'])
  })

  it('cuts a body short also where DATA left in one write with other commands', () => {
    const body = Array.from({ length: 20 }, (_, index) => `line ${index}\r\n`).join('')
    const lines = rendered([
      ['C', 'MAIL FROM:<a@b>\r\nDATA\r\n'],
      ['S', '250 ok\r\n354 go\r\n'],
      ['C', `${body}.\r\n`],
    ])
    expect(lines.slice(-3)).toEqual([
      '    3.0 ms C: line 11',
      '    3.0 ms C: … 8 more lines, 170 octets in all',
      '    3.0 ms C: .',
    ])
  })

  it('masks secrets, and nothing else', () => {
    expect(
      rendered([
        ['C', 'AUTH PLAIN AGppbQBzZWNyZXQ=\r\n'],
        ['S', '535 no\r\n'],
        ['C', 'auth login\r\n'],
        ['S', '334 VXNlcm5hbWU6\r\n'],
        ['C', 'amlt\r\n'],
        ['S', '334 UGFzc3dvcmQ6\r\n'],
        ['C', '*\r\n'],
        ['S', '501 cancelled\r\n'],
        ['C', 'NOOP\r\n'],
        ['C', 'PASS secret\r\n'],
      ]).map((line) => line.slice(11)),
    ).toEqual([
      'C: AUTH PLAIN ***',
      'S: 535 no',
      'C: auth login',
      'S: 334 VXNlcm5hbWU6',
      'C: ***',
      'S: 334 UGFzc3dvcmQ6',
      'C: *',
      'S: 501 cancelled',
      'C: NOOP',
      'C: PASS ***',
    ])
  })

  const body = Array.from({ length: 30 }, (_, index) => `line ${index}\r\n`).join('')

  it('cuts a long body short and goes on after it', () => {
    const lines = rendered([
      ['C', 'DATA\r\n'],
      ['S', '354 go\r\n'],
      ['C', `${body}.\r\nQUIT\r\n`],
      ['S', '250 ok\r\n'],
    ])
    expect(lines.slice(12).map((line) => line.slice(11))).toEqual([
      'C: line 10',
      'C: line 11',
      'C: … 18 more lines, 260 octets in all',
      'C: .',
      'C: QUIT',
      'S: 250 ok',
    ])
  })

  it('shows a body in full when asked', () => {
    const lines = rendered(
      [
        ['C', 'DATA\r\n'],
        ['S', '354 go\r\n'],
        ['C', `${body}.\r\n`],
      ],
      { full: true },
    )
    expect(lines).toHaveLength(33)
  })

  it('cuts a retrieved message short', () => {
    const lines = rendered([
      ['C', 'RETR 1\r\n'],
      ['S', `+OK\r\n${body}.\r\n`],
      ['S', '+OK\r\n'],
    ])
    expect(lines.slice(-4).map((line) => line.slice(11))).toEqual([
      'S: line 11',
      'S: … 18 more lines, 260 octets in all',
      'S: .',
      'S: +OK',
    ])
  })

  it('does not take commands in a BDAT chunk for commands', () => {
    expect(
      rendered([['C', Buffer.from('BDAT 10 LAST\r\nAUTH a b\r\nQUIT\r\n')]]).map((line) => line.slice(11)),
    ).toEqual(['C: BDAT 10 LAST', 'C: AUTH a b', 'C: QUIT'])
  })

  it('cuts an overlong line', () => {
    expect(rendered([['C', `${'x'.repeat(500)}\r\n`]])[0]).toBe(`    0.0 ms C: ${'x'.repeat(400)} … (500 octets)`)
  })

  it('colours on request', () => {
    expect(rendered([['S', '550 no\r\n']], { colour: true })[0]).toContain('\x1b[31mS:')
  })
})
