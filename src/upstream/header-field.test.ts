import { describe, expect, it } from 'vitest'
import { headerField } from './header-field.ts'

const MESSAGE = Buffer.from(
  'Received: by a\r\n\tfor b\r\nsubject : =?utf-8?q?caf=C3=A9?= and\r\n more\r\nMessage-ID: <1@example.com>\r\n\r\nTo: no\r\n',
)

describe('headerField', () => {
  it.each([
    ['Subject', 'café and more'],
    ['received', 'by a\tfor b'],
    ['Message-ID', '<1@example.com>'],
    ['To', undefined],
  ])('finds %s', (name, value) => {
    expect(headerField(MESSAGE, name)).toBe(value)
  })

  it('reads a message that has no body, and one that has no header', () => {
    expect(headerField(Buffer.from('Subject: all'), 'subject')).toBe('all')
    expect(headerField(Buffer.alloc(0), 'subject')).toBeUndefined()
  })
})
