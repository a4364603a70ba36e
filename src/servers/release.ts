/** The Debian releases a server can come from, oldest first. */
export const RELEASES = ['bookworm', 'trixie'] as const
export type Release = (typeof RELEASES)[number]
