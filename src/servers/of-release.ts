import { UnsupportedError } from '../errors/mailrig-error.ts'
import type { Release } from './release.ts'

/**
 * What a server's table of releases says of one.
 *
 * @throws {UnsupportedError} SERVER_NOT_IN_RELEASE where it says nothing: the server was never looked at there.
 */
export function ofRelease<T>(server: string, table: Readonly<Record<Release, T>>, release: Release): T {
  const facts = Object.hasOwn(table, release) ? table[release] : undefined
  if (facts !== undefined) return facts
  throw new UnsupportedError(`mailrig does not know ${server} of Debian ${release}`, {
    code: 'SERVER_NOT_IN_RELEASE',
    remedy: `Choose one of ${Object.keys(table).join(', ')}.`,
  })
}
