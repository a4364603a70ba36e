import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'
import type { Parameters } from './parameters.ts'

interface PostfixRelease {
  /** What Debian's own main.cf says. */
  debian: Parameters
  /** Whether smtpd_tls_protocols(5) takes `>=TLSv1.2`: from 3.6 on. Before, TLS is off where it is said. */
  tlsFrom: boolean
}

const RELEASES: Readonly<Record<Release, PostfixRelease>> = {
  bullseye: {
    debian: { compatibility_level: '2', smtpd_banner: '$myhostname ESMTP $mail_name (Debian/GNU)' },
    tlsFrom: false,
  },
  bookworm: {
    debian: { compatibility_level: '3.6', smtpd_banner: '$myhostname ESMTP $mail_name (Debian/GNU)' },
    tlsFrom: true,
  },
  trixie: {
    debian: { compatibility_level: '3.9', smtpd_banner: '$myhostname ESMTP $mail_name (Debian)' },
    tlsFrom: true,
  },
  forky: {
    debian: { compatibility_level: '3.11', smtpd_banner: '$myhostname ESMTP $mail_name (Debian)' },
    tlsFrom: true,
  },
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function postfixOf(release: Release): PostfixRelease {
  return ofRelease('postfix', RELEASES, release)
}
