import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Whether packages can be installed here: root on Debian, Ubuntu, or what calls itself like one of them. */
export function canInstallPackages(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && isDebianLike(osRelease())
}

/** Whether systemd is the service manager: sd_booted(3). */
export function systemdRuns(): boolean {
  return existsSync('/run/systemd/system')
}

/** Full path of a program, also from the directories that only root has on its PATH. */
export function findProgram(name: string): string | undefined {
  const path = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return path.map((directory) => join(directory, name)).find((file) => existsSync(file))
}

/** os-release(5): ID, and ID_LIKE for derivatives. */
export function isDebianLike(release: string): boolean {
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(release)?.[1]?.split(' ') ?? []
  return [...field('ID'), ...field('ID_LIKE')].some((id) => id === 'debian' || id === 'ubuntu')
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
