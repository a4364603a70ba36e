/** A Debian release that servers can come from. */
export interface DebianRelease {
  /** Its codename: the suite's name in the archive, and what `--release` takes. */
  name: string
  /** Debian's number for it; of testing, the number it will have. */
  version: number
  /** Its place in the archive today, as the Release file of the archive says it. */
  suite: 'oldoldstable' | 'oldstable' | 'stable' | 'testing'
  /** Sections of the archive that packages come from. */
  components: readonly string[]
  /** Whether `npm test` runs on it, and what runs on all releases unless some are chosen. */
  inDefaultMatrix: boolean
  /** An archive that has it when the host's own mirror has dropped it. Default: Debian's archive, or the host's mirror. */
  archive?: string
  /**
   * Takes package lists that are older than they say they may be (apt's Check-Valid-Until). A mirror of testing that was
   * not brought up to date for a week would otherwise give no image at all.
   */
  mayBeStale?: boolean
}

/**
 * The keys that sign all of them: package debian-archive-keyring. It keeps the keys of older releases, and has those of
 * the next one before it is released.
 */
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** Oldest first. A new release is one entry here, and what each server says about the version that it has there. */
export const DEBIAN_RELEASES: readonly DebianRelease[] = [
  { name: 'bookworm', version: 12, suite: 'oldstable', components: ['main'], inDefaultMatrix: true },
  { name: 'trixie', version: 13, suite: 'stable', components: ['main'], inDefaultMatrix: true },
]

/** @throws {RangeError} for a name of no release; names are checked where they come in. */
export function debianRelease(name: string): DebianRelease {
  const release = DEBIAN_RELEASES.find((candidate) => candidate.name === name)
  if (!release) throw new RangeError(`no Debian release is called ${JSON.stringify(name)}`)
  return release
}
