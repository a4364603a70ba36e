import { runCommand } from './command.ts'
import type { DebianRelease } from './debian-releases.ts'

/** Debian's archive and its security archive as this host's apt has them: URIs, without a final slash. */
export interface DebianMirrors {
  archive?: string
  security?: string
}

/**
 * The mirrors this host uses, so that a base image comes from where its packages come from: a company's mirror, say.
 * Empty where apt knows of none.
 */
export async function debianMirrors(): Promise<DebianMirrors> {
  const lines: string[] = []
  await runCommand('apt-get', ['indextargets', '--format', '$(ORIGIN)|$(LABEL)|$(REPO_URI)'], {
    timeoutMs: 30_000,
    onLine: (line) => lines.push(line),
  })
  return mirrorsIn(lines)
}

/** Lines of `origin|label|URI`, as apt-get(8) indextargets prints the fields of Release files. */
export function mirrorsIn(lines: readonly string[]): DebianMirrors {
  const uriOf = (label: string) =>
    lines
      .find((line) => line.startsWith(`Debian|${label}|`))
      ?.slice(`Debian|${label}|`.length)
      .replace(/\/+$/, '')
  const archive = uriOf('Debian')
  const security = uriOf('Debian-Security')
  return { ...(archive ? { archive } : {}), ...(security ? { security } : {}) }
}

/**
 * Lines of sources.list(5) for a release. None without a known archive: mmdebstrap(1) then takes Debian's own, with
 * updates and security.
 */
export function sourcesFor(release: DebianRelease, mirrors: DebianMirrors): string[] {
  const { archive = mirrors.archive, name, components } = release
  if (archive === undefined) return []
  const options = release.mayBeStale ? '[check-valid-until=no] ' : ''
  const line = (uri: string, suite: string) => `deb ${options}${uri} ${suite} ${components.join(' ')}`
  return [
    line(archive, name),
    line(archive, `${name}-updates`),
    ...(mirrors.security === undefined ? [] : [line(mirrors.security, `${name}-security`)]),
  ]
}
