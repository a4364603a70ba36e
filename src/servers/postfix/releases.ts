import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'
import type { Parameters } from './parameters.ts'

/** What Debian's own main.cf of each release says. */
const DEBIAN: Readonly<Record<Release, Parameters>> = {
  bookworm: { compatibility_level: '3.6', smtpd_banner: '$myhostname ESMTP $mail_name (Debian/GNU)' },
  trixie: { compatibility_level: '3.9', smtpd_banner: '$myhostname ESMTP $mail_name (Debian)' },
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function debianParameters(release: Release): Parameters {
  return ofRelease('postfix', DEBIAN, release)
}
