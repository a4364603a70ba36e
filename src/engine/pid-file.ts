import { readFileSync, rmSync } from 'node:fs'

/**
 * Removes the pid file that a killed daemon left: once its number has gone to another process, dockerd takes that for
 * itself and refuses to start (pidfile.go of Docker 20.10).
 *
 * @param program the name in /proc/pid/comm (proc(5)), at most 15 characters.
 * @returns whether the daemon runs; its file then stays.
 */
export function clearStalePidFile(path: string, program: string): boolean {
  let pid: number
  try {
    pid = Number(readFileSync(path, 'utf8').trim() || Number.NaN)
  } catch {
    return false
  }
  if (Number.isInteger(pid) && programOf(pid) === program) return true
  rmSync(path, { force: true })
  return false
}

function programOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}
