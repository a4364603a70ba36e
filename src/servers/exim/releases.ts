import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'

interface EximRelease {
  /** Whether `verify = recipient/quota` looks at the files of a Unix account: 4.94 knows no such option. */
  verifiesQuota: boolean
  /** Whether it has hosts_require_helo, which refuses MAIL before EHLO by default: 4.94 has not. */
  requiresHello: boolean
  /** Whether it rewrites senders by itself (SRS): 4.94 needs a library that Debian has not. */
  rewritesSenders: boolean
}

const RELEASES: Readonly<Record<Release, EximRelease>> = {
  bullseye: { verifiesQuota: false, requiresHello: false, rewritesSenders: false },
  bookworm: { verifiesQuota: true, requiresHello: true, rewritesSenders: true },
  trixie: { verifiesQuota: true, requiresHello: true, rewritesSenders: true },
  forky: { verifiesQuota: true, requiresHello: true, rewritesSenders: true },
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function eximOf(release: Release): EximRelease {
  return ofRelease('exim', RELEASES, release)
}
