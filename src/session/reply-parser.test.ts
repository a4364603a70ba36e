import { describe, expect, it } from 'vitest'
import type { ParsedReply } from './reply.ts'
import { ReplyLimitError, ReplyParser } from './reply-parser.ts'

function parse(octets: string, chunkSize = octets.length): { replies: ParsedReply[]; pending: string } {
  const replies: ParsedReply[] = []
  const parser = new ReplyParser((reply) => replies.push(reply))
  const buffer = Buffer.from(octets, 'latin1')
  for (let at = 0; at < buffer.length; at += chunkSize) parser.push(buffer.subarray(at, at + chunkSize))
  return { replies, pending: parser.pending.toString('latin1') }
}

const DIALOGUE = '220 mx.example.com ESMTP\r\n250-mx.example.com\r\n250-SIZE 1000\r\n250 HELP\r\n354 go on\r\n'

describe('ReplyParser', () => {
  it.each([1, 2, 3, 7, 26, 27, 1000])('reads the same replies from chunks of %i octets', (chunkSize) => {
    const { replies, pending } = parse(DIALOGUE, chunkSize)
    expect(replies.map(({ code, lines }) => [code, lines])).toEqual([
      [220, ['mx.example.com ESMTP']],
      [250, ['mx.example.com', 'SIZE 1000', 'HELP']],
      [354, ['go on']],
    ])
    expect(Buffer.concat(replies.map(({ raw }) => raw)).toString()).toBe(DIALOGUE)
    expect(replies.flatMap(({ faults }) => faults)).toEqual([])
    expect(pending).toBe('')
  })

  it('takes a code without text for a reply', () => {
    expect(parse('250\r\n').replies).toMatchObject([{ code: 250, lines: [''], faults: [] }])
  })

  it('keeps what is not complete', () => {
    expect(parse('250-one\r\n250 tw', 4)).toEqual({ replies: [], pending: '250-one\r\n250 tw' })
  })

  it.each<[string, string, number, string[], string[]]>([
    [
      'a line without a code',
      'hello\r\n',
      0,
      ['hello'],
      ['Line 1 does not begin with a reply code and a space or hyphen.'],
    ],
    [
      'a line without a code inside a reply',
      '250-a\r\noops\r\n250 b\r\n',
      250,
      ['a', 'oops', 'b'],
      ['Line 2 does not begin with a reply code and a space or hyphen.'],
    ],
    ['a change of code', '250-a\r\n550 b\r\n', 550, ['a', 'b'], ['Line 2 has code 550, the lines before have 250.']],
    ['a bare LF', '250 a\n', 250, ['a'], ['Line 1 ends in a bare LF.']],
    ['an empty line', '\r\n', 0, [''], ['Line 1 does not begin with a reply code and a space or hyphen.']],
    [
      'a code that is none',
      '950 a\r\n',
      0,
      ['950 a'],
      ['Line 1 does not begin with a reply code and a space or hyphen.'],
    ],
    [
      'a wrong separator',
      '250_a\r\n',
      0,
      ['250_a'],
      ['Line 1 does not begin with a reply code and a space or hyphen.'],
    ],
  ])('keeps and names %s', (_what, octets, code, lines, faults) => {
    for (const chunkSize of [1, octets.length]) {
      expect(parse(octets, chunkSize).replies).toMatchObject([{ code, lines, faults }])
    }
  })

  it('ends at a line without an end', () => {
    const parser = new ReplyParser(() => {}, { maxLine: 100 })
    parser.push(Buffer.alloc(60, 'x'))
    expect(() => parser.push(Buffer.alloc(60, 'x'))).toThrow(ReplyLimitError)
  })

  it('ends at a reply without an end', () => {
    const parser = new ReplyParser(() => {}, { maxReply: 100 })
    expect(() => {
      for (let line = 0; line < 20; line += 1) parser.push(Buffer.from('250-more\r\n'))
    }).toThrow('Expected a reply of at most 100 octets a reply')
  })
})
