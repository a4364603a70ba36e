/** What apt says where the archive answers, but has no such release. */
const NOT_SERVED = /^E: The repository '.*' (?:does not have|no longer has) a Release file/m

/** A base image that mmdebstrap(1) did not make. */
interface Failure {
  release: string
  /** What mmdebstrap said. */
  output: string
  /** Why the engine's registry had no image. */
  registry: string
  /** Where the packages were looked for: a URL. Default: Debian's own archive. */
  archive?: string | undefined
}

/** What to do about it: a release that the archive has dropped is another matter than an archive that cannot be reached. */
export function bootstrapRemedy({ release, output, registry, archive = "Debian's archive" }: Failure): string {
  return NOT_SERVED.test(output)
    ? `${archive} does not have Debian ${release}, and ${registry}. Choose a release that is there, or load the image: \`docker load\` of debian:${release}-slim.`
    : `${registry}; see whether ${archive} can be reached from this host.`
}
