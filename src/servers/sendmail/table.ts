import { UnsupportedError } from '../../errors/mailrig-error.ts'

/**
 * The source of a makemap(8) table: one `key<TAB>value` a line, in the order given.
 *
 * @throws {InputError} when a key or value holds what ends a line, or a key holds white space, which ends a key.
 */
export function table(name: string, rows: readonly (readonly [key: string, value: string])[]): string {
  for (const [key, value] of rows) {
    if (/\s/.test(key) || /[\r\n\0]/.test(value) || key.startsWith('#') || key === '' || value === '') {
      throw new UnsupportedError(
        `sendmail's ${name} cannot hold the entry ${JSON.stringify(key)} → ${JSON.stringify(value)}`,
        {
          code: 'TABLE_ENTRY_INVALID',
          remedy: 'Write the key without white space and both key and value on one line.',
        },
      )
    }
  }
  return rows.map(([key, value]) => `${key}\t${value}\n`).join('')
}
