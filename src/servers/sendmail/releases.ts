import { ofRelease } from '../of-release.ts'
import type { Release } from '../release.ts'

interface SendmailRelease {
  /** What cf/README calls the feature that looks up recipients in the access table: renamed in 8.17. */
  recipientsInAccessTable: 'blacklist_recipients' | 'blocklist_recipients'
  /** Whether Debian's package libsasl2-modules, which the image has, brings SCRAM (RFC 5802). */
  scram: boolean
}

const RELEASES: Readonly<Record<Release, SendmailRelease>> = {
  bullseye: { recipientsInAccessTable: 'blacklist_recipients', scram: false },
  bookworm: { recipientsInAccessTable: 'blocklist_recipients', scram: true },
  trixie: { recipientsInAccessTable: 'blocklist_recipients', scram: true },
  forky: { recipientsInAccessTable: 'blocklist_recipients', scram: true },
}

/** @throws {UnsupportedError} for a release that is not in the table. */
export function sendmailOf(release: Release): SendmailRelease {
  return ofRelease('sendmail', RELEASES, release)
}
