import { describe, expect, it } from 'vitest'
import { enhancedCode, formatReply, makeReply } from './reply.ts'

describe('enhancedCode', () => {
  it.each([
    [550, '5.7.1 no', '5.7.1'],
    [250, '2.0.0', '2.0.0'],
    [452, '4.2.2 full', '4.2.2'],
    [250, '5.7.1 contradicts', undefined],
    [354, '3.0.0 has no class 3', undefined],
    [550, '5.7.1no', undefined],
    [220, 'mx.example.com', undefined],
    [550, '', undefined],
  ])('finds in %i %j: %j', (code, text, expected) => {
    expect(enhancedCode(code, text)).toBe(expected)
  })
})

describe('formatReply', () => {
  it('writes it as the wire has it', () => {
    expect(formatReply({ code: 250, lines: ['a', 'b'] })).toBe('250-a\n250 b')
    expect(formatReply({ code: 250, lines: [''] })).toBe('250')
    expect(formatReply({ code: 0, lines: ['garbage'] })).toBe('garbage')
  })
})

describe('makeReply', () => {
  it('joins lines and leaves out what there is not', () => {
    const raw = Buffer.from('250-a\r\n250 b\r\n')
    expect(makeReply({ code: 250, lines: ['a', 'b'], raw, faults: [] }, 5, 2)).toEqual({
      code: 250,
      lines: ['a', 'b'],
      text: 'a\nb',
      raw,
      at: 5,
      ms: 2,
      faults: [],
    })
  })
})
