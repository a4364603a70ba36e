import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'

interface OpenSmtpdRelease {
  /** Whether it speaks TLS with clients. */
  inboundTls: boolean
  /** Whether it takes a null MX (RFC 7505) for an answer. */
  nullMx: boolean
  /** Whether a listener may be told the versions of TLS (smtpd.conf(5), protocols). */
  tlsVersions: boolean
  /** Whether newaliases(1) works. */
  newaliases: boolean
  /** Whether it takes mail for a sender that it has rewritten (SRS). */
  takesRewritten: boolean
}

const RELEASES: Readonly<Record<Release, OpenSmtpdRelease>> = {
  bullseye: { inboundTls: true, nullMx: false, tlsVersions: false, newaliases: true, takesRewritten: false },
  // 6.8 too, which hands private keys to a process of its own by an interface of OpenSSL 1; but built with OpenSSL 3.
  bookworm: { inboundTls: false, nullMx: false, tlsVersions: false, newaliases: true, takesRewritten: false },
  trixie: { inboundTls: true, nullMx: true, tlsVersions: true, newaliases: true, takesRewritten: true },
  forky: { inboundTls: true, nullMx: true, tlsVersions: true, newaliases: false, takesRewritten: true },
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function openSmtpdOf(release: Release): OpenSmtpdRelease {
  return ofRelease('opensmtpd', RELEASES, release)
}
