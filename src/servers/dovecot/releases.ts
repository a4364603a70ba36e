import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'

/** Dovecot's configuration language: 2.4 reads nothing that 2.3 does. */
export type Language = '2.3' | '2.4'

interface DovecotRelease {
  language: Language
  /** Whether ssl_min_protocol may be TLSv1.3. 2.3.13 speaks it, but cannot be told to speak nothing older. */
  leastTls13: boolean
}

const RELEASES: Readonly<Record<Release, DovecotRelease>> = {
  bullseye: { language: '2.3', leastTls13: false },
  bookworm: { language: '2.3', leastTls13: true },
  trixie: { language: '2.4', leastTls13: true },
  forky: { language: '2.4', leastTls13: true },
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function dovecotOf(release: Release): DovecotRelease {
  return ofRelease('dovecot', RELEASES, release)
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function languageOf(release: Release): Language {
  return dovecotOf(release).language
}
