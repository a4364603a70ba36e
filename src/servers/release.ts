import { DEBIAN_RELEASES } from '../engine/debian-releases.ts'

/** The name of a Debian release a server can come from; one of {@link RELEASES}. */
export type Release = string

/** All of them, oldest first. src/engine/debian-releases.ts says where each is found. */
export const RELEASES: readonly Release[] = DEBIAN_RELEASES.map(({ name }) => name)

/** Those that everything runs on unless others are chosen. */
export const DEFAULT_RELEASES: readonly Release[] = DEBIAN_RELEASES.filter(
  ({ inDefaultMatrix }) => inDefaultMatrix,
).map(({ name }) => name)
