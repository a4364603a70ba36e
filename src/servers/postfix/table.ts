import { InputError, UnsupportedError } from '../../errors/mailrig-error.ts'
import type { ServerFile } from '../rendering.ts'

/** Key → value, in the order in which a reader of the file should find them. */
export type Table = Record<string, string>

/**
 * The text of a lookup table, postmap(1): key, white space, value; one entry a line.
 *
 * @throws {InputError} where a key or value cannot be written in that form.
 */
export function formatTable(table: Table): string {
  return Object.entries(table)
    .map(([key, value]) => `${checkedKey(key)}\t${checkedValue(key, value)}\n`)
    .join('')
}

/** A table as file, or nothing where it has no entry. */
export function tableFile(path: string, table: Table): ServerFile[] {
  return Object.keys(table).length === 0 ? [] : [{ path, content: formatTable(table) }]
}

/** postmap folds keys of indexed tables to lower case; doing it here shows it, and serves the unindexed ones. */
function checkedKey(key: string): string {
  if (key.startsWith('#') || /\s/.test(key) || key === '') {
    throw new UnsupportedError(
      `${JSON.stringify(key)} cannot be a key of a Postfix table: expected no "#" first, no space`,
      {
        code: 'POSTFIX_TABLE_KEY',
        remedy: 'Use another address, or give the table in native.postfix as regexp: or pcre: map.',
      },
    )
  }
  return key.toLowerCase()
}

function checkedValue(key: string, value: string): string {
  if (value.trim() === '' || /[\r\n]/.test(value)) {
    throw new InputError(
      `the value of ${key} in a Postfix table is ${JSON.stringify(value)}: expected one line of text`,
      {
        code: 'POSTFIX_TABLE_VALUE',
        remedy: 'Write the text on one line.',
      },
    )
  }
  return value
}
