import { describe, expect, it } from 'vitest'
import { bareMessageId, headerField, headerFields } from './header-fields.ts'

describe('headerFields', () => {
  it.each(['\r\n', '\n'])('unfolds fields and stops at the body, lines ending in %j', (end) => {
    const message = ['Subject: a', '  b', 'X-Empty:', 'no field', 'To:x@y.example', '', 'Body: no'].join(end)
    expect(headerFields(Buffer.from(message))).toEqual([
      ['Subject', 'a  b'],
      ['X-Empty', ''],
      ['To', 'x@y.example'],
    ])
  })

  it('finds no header in a message that begins with an empty line', () => {
    expect(headerFields(Buffer.from('\r\nSubject: body\r\n'))).toEqual([])
  })
})

describe('headerField', () => {
  it('finds the first of that name in any case', () => {
    expect(
      headerField(
        [
          ['subject', '1'],
          ['Subject', '2'],
        ],
        'SUBJECT',
      ),
    ).toBe('1')
    expect(headerField([], 'Subject')).toBeUndefined()
  })
})

describe('bareMessageId', () => {
  it.each([
    ['<a@b>', 'a@b'],
    [' <a@b> ', 'a@b'],
    ['a@b', 'a@b'],
    ['<>', undefined],
    [undefined, undefined],
  ])('%j is %j', (value, bare) => {
    expect(bareMessageId(value)).toBe(bare)
  })
})
