import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/mailrig-error.ts'
import { formatTable, tableFile } from './table.ts'

describe('formatTable', () => {
  it('writes an entry a line, keys in lower case', () => {
    expect(formatTable({ 'Sales@example.com': 'petra@example.com, jim@example.com', '@example.com': 'jim' })).toBe(
      'sales@example.com\tpetra@example.com, jim@example.com\n@example.com\tjim\n',
    )
  })

  it.each(['#news@example.com', 'a b@example.com', ''])('refuses the key %j, which postmap would misread', (key) => {
    expect(() => formatTable({ [key]: 'jim' })).toThrow(InputError)
  })

  it.each(['', ' ', 'two\nlines'])('refuses the value %j', (value) => {
    expect(() => formatTable({ 'jim@example.com': value })).toThrow(/jim@example\.com.*one line/)
  })
})

describe('tableFile', () => {
  it('makes no file of an empty table', () => {
    expect(tableFile('/etc/postfix/virtual', {})).toEqual([])
  })
})
