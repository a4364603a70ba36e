import { describe, expect, it } from 'vitest'
import { enhancedCode } from '../session/reply.ts'
import type { Heard } from './heard.ts'
import { matchReply } from './match-reply.ts'
import { parseSessionFile } from './parse.ts'
import type { Expect } from './statement.ts'

function match(expected: string, said: string, values = new Map<string, string>()) {
  const [statement] = parseSessionFile(expected, 'a.smtp').statements as Expect[]
  const expectation = statement?.choices[0]?.anyOf[0]
  if (expectation?.kind !== 'reply') return expect.unreachable('a reply is expected')
  return matchReply(expectation, heard(said), values)
}

/** `250-a|250 b` */
function heard(said: string): Heard {
  const raw = said.split('|')
  const status = raw[0]?.slice(0, 3) ?? ''
  const lines = raw.map((line) => line.slice(4))
  const enhanced = enhancedCode(Number(status), lines[0] ?? '')
  return { status, lines, text: raw.join('\n'), ...(enhanced === undefined ? {} : { enhanced }) }
}

const EHLO = '250-mx.example.com|250-SIZE 10485760|250-AUTH PLAIN LOGIN|250 HELP'

it('finds the beginning of a line inside a literal of IMAP', () => {
  const front = '---\ndomains: { example.com: { mailboxes: [jim] } }\n---\n'
  const file = parseSessionFile(`${front}connect imap\nS: * OK\nS: a OK /^Subject: hello$/`, 'a.smtp')
  const [statement] = file.statements.slice(2) as Expect[]
  const expectation = statement?.choices[0]?.anyOf[0]
  if (expectation?.kind !== 'reply') return expect.unreachable('a reply is expected')
  const lines = ['* 1 FETCH (BODY[] {40}\r\nFrom: a@b\r\nSubject: hello\r\n\r\ntext)', 'a OK done']
  const heard = { status: 'OK', tag: 'a', lines, text: lines.join('\n') }
  expect(matchReply(expectation, heard, new Map())).toEqual({ fits: true, captured: new Map() })
  const other = lines.map((line) => line.replace('Subject: hello', 'X-Subject: hello'))
  expect(matchReply(expectation, { ...heard, lines: other }, new Map()).fits).toBe(false)
})

describe('what fits', () => {
  it.each([
    ['S: 250', '250 anything'],
    ['S: 250 other words', '250 anything'],
    ['S: 25x', '251 anything'],
    ['S: 5xx', '550 no'],
    ['S: 250|550', '550 no'],
    ['S: 550 5.1.1', '550 5.1.1 unknown'],
    ['S: 550 5.1.x', '550 5.1.10 unknown'],
    ['S: 550 "un" "known"', '550 5.1.1 unknown'],
    ['S: 550 /^5\\.1\\.1 UN/i', '550 5.1.1 unknown'],
    ['S: 550 like "5.1.1 *own"', '550 5.1.1 unknown'],
    ['S: 250 +SIZE +AUTH !STARTTLS', EHLO],
    ['S: 250 +SIZE=10485760 +AUTH=LOGIN !AUTH=CRAM-MD5', EHLO],
    ['S: 250 "HELP" "SIZE"', EHLO],
    ['S: 250-"SIZE"\nS: 250-words\nS: 250 "HELP"', EHLO],
    ['S*: 250 /^[a-zA-Z]/', EHLO],
  ])('%j fits %j', (expected, said) => {
    expect(match(expected, said)).toMatchObject({ fits: true })
  })

  it('captures what is named', () => {
    const found = match('S: 250 /SIZE (?<size>\\d+)/ /AUTH (?<first>\\S+)/', EHLO)
    expect(found).toEqual({
      fits: true,
      captured: new Map([
        ['size', '10485760'],
        ['first', 'PLAIN'],
      ]),
    })
  })

  it('fills variables into texts and patterns, letter for letter', () => {
    const expected = 'S: 250 /(?<id>.+)/\nS: 250 "<${id}>" /^<${id}>$/'
    const [, second] = parseSessionFile(expected, 'a.smtp').statements as Expect[]
    const expectation = second?.choices[0]?.anyOf[0]
    if (expectation?.kind !== 'reply') return expect.unreachable('a reply is expected')
    const values = new Map([['id', 'a.b+c']])
    expect(matchReply(expectation, heard('250 <a.b+c>'), values).fits).toBe(true)
    expect(matchReply(expectation, heard('250 <aXb+c>'), values).fits).toBe(false)
  })
})

describe('what does not fit', () => {
  it.each([
    ['S: 250', '251 anything', 'the code is not 250'],
    ['S: 250|25x', '550 no', 'the code is not 250 or 25x'],
    ['S: 550 5.1.1', '550 5.7.1 denied', 'the enhanced status code is not 5.1.1'],
    ['S: 550 5.1.1', '550 denied', 'the enhanced status code is not 5.1.1'],
    ['S: 550 "relay"', '550 5.1.1 unknown', 'no line has "relay"'],
    ['S: 550 like "unknown"', '550 5.1.1 unknown', 'no line has like "unknown"'],
    ['S: 550 like "a*a"', '550 a', 'no line has like "a*a"'],
    ['S: 250 +STARTTLS', EHLO, 'STARTTLS is not announced'],
    ['S: 250 !SIZE', EHLO, 'SIZE is announced'],
    ['S: 250 +AUTH=CRAM-MD5', EHLO, 'AUTH CRAM-MD5 is not announced'],
    ['S: 250-"HELP"\nS: 250 "SIZE"', EHLO, 'no line behind line 4 has "SIZE"'],
    ['S*: 250 /[A-Z]/', EHLO, 'not every line has /[A-Z]/: "mx.example.com"'],
  ])('%j does not fit %j', (expected, said, why) => {
    expect(match(expected, said)).toEqual({ fits: false, why })
  })

  it('is decided in time that grows with the text, whatever the pattern', () => {
    const started = performance.now()
    expect(match('S: 250 /^(a+)+$/', `250 ${'a'.repeat(50_000)}b`).fits).toBe(false)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
