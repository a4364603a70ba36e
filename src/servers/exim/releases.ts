import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'

interface EximRelease {
  /** Whether `verify = recipient/quota` looks at the files of a Unix account: 4.94 knows no such option. */
  verifiesQuota: boolean
  /** Whether it has hosts_require_helo, which refuses MAIL before EHLO by default: 4.94 has not. */
  requiresHello: boolean
}

const RELEASES: Readonly<Record<Release, EximRelease>> = {
  bullseye: { verifiesQuota: false, requiresHello: false },
  bookworm: { verifiesQuota: true, requiresHello: true },
  trixie: { verifiesQuota: true, requiresHello: true },
  forky: { verifiesQuota: true, requiresHello: true },
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function eximOf(release: Release): EximRelease {
  return ofRelease('exim', RELEASES, release)
}
