import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * A process, told apart from a later one with the same id: `<pid>:<start time>:<boot id>:<host name>`. The start time
 * is field 22 of /proc/pid/stat (proc(5), clock ticks since boot), elsewhere what ps(1) prints.
 */
export type Owner = string

export function ownerOf(pid: number = process.pid): Owner {
  return [pid, startTimeOf(pid) ?? 'unknown', bootId(), hostname()].join(':')
}

/**
 * Whether the process is alive. `elsewhere`: it belongs to another host (or PID namespace), of which nothing can be
 * known here.
 */
export function fateOf(owner: Owner): 'alive' | 'gone' | 'elsewhere' {
  const [pid, startTime, boot, ...host] = owner.split(':')
  if (host.join(':') !== hostname()) return 'elsewhere'
  if (boot !== bootId()) return 'gone'
  const now = startTimeOf(Number(pid))
  if (now === undefined) return 'gone'
  return startTime === 'unknown' || now === startTime ? 'alive' : 'gone'
}

function startTimeOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (process.platform === 'linux') {
    try {
      return startTimeInStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return undefined
    }
  }
  if (process.platform === 'win32') return processAnswers(pid) ? 'unknown' : undefined
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return text === '' ? undefined : text.replace(/\W+/g, '-')
  } catch {
    return undefined
  }
}

/** Field 22 (starttime) of a /proc/pid/stat line. Field 2, the command, may itself hold blanks and parentheses. */
export function startTimeInStat(stat: string): string | undefined {
  const afterCommand = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = afterCommand[0]
  // A zombie runs nothing any more: it waits for its parent to notice.
  return state === 'Z' || state === 'X' ? undefined : afterCommand[19]
}

function processAnswers(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

let boot: string | undefined

function bootId(): string {
  if (boot === undefined) {
    try {
      boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    } catch {
      boot = 'none'
    }
  }
  return boot
}
