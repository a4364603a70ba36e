import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'

/** Dovecot's configuration language: 2.4 reads nothing that 2.3 does. */
export type Language = '2.3' | '2.4'

/** Which one the Dovecot of each release reads. */
const LANGUAGES: Readonly<Record<Release, Language>> = {
  bookworm: '2.3',
  trixie: '2.4',
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function languageOf(release: Release): Language {
  return ofRelease('dovecot', LANGUAGES, release)
}
