import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second in what /proc tells, which is the same on every Linux (time(7), `USER_HZ`). */
const TICKS = 100

/** Processor seconds that the machine has been busy and idle since it started (proc(5), /proc/stat); undefined elsewhere. */
export function machineCpu(): { busy: number; idle: number } | undefined {
  const line = read('/proc/stat')?.split('\n', 1)[0]
  if (line === undefined) return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return { busy: (user + nice + system + irq + softirq) / TICKS, idle: (idle + iowait) / TICKS }
}

/** Processor seconds of a process and its children, those included that have ended and were waited for. */
export function treeCpu(pid: number): number {
  const all = processes()
  const of = (one: Process): number =>
    one.own + one.waitedFor + all.filter(({ parent }) => parent === one.pid).reduce((sum, child) => sum + of(child), 0)
  const root = all.find((one) => one.pid === pid)
  return root === undefined ? 0 : of(root)
}

/**
 * Processor seconds of all processes with these names (as /proc/pid/comm has them, 15 octets), and of their children that
 * have ended; undefined where there is none.
 */
export function cpuOfAll(names: readonly string[]): number | undefined {
  const found = processes().filter(({ name }) => names.includes(name))
  return found.length === 0 ? undefined : found.reduce((sum, { own, waitedFor }) => sum + own + waitedFor, 0)
}

interface Process {
  pid: number
  parent: number
  name: string
  own: number
  waitedFor: number
}

function processes(): Process[] {
  return directory('/proc').flatMap((entry) => {
    const line = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : undefined
    const found = line === undefined ? undefined : processIn(line)
    return found ? [found] : []
  })
}

/** A line of /proc/pid/stat (proc(5)). The name may hold blanks and parentheses. */
export function processIn(line: string): Process | undefined {
  const parts = /^(?<pid>\d+) \((?<name>.*)\) (?<rest>.*)$/s.exec(line)?.groups
  if (!parts) return undefined
  const fields = (parts.rest ?? '').split(' ').map(Number)
  // Fields 4, 14 and 15, 16 and 17 of the line; the rest begins with field 3.
  const seconds = (field: number) => ((fields[field - 3] ?? 0) + (fields[field - 2] ?? 0)) / TICKS
  return {
    pid: Number(parts.pid),
    parent: fields[1] ?? 0,
    name: parts.name ?? '',
    own: seconds(14),
    waitedFor: seconds(16),
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Ended meanwhile, or not Linux.
    return undefined
  }
}

function directory(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
