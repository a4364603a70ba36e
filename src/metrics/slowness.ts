import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'

/** What tells how slow the machine is at this moment. */
export interface Signs {
  /** How many tasks want a processor, this process included. */
  wanting: number
  /** How many processors there are. */
  processors: number
  /** Milliseconds that this thread has run, and that it has waited for a processor, since the last look. */
  ran: number
  waited: number
  /** How many times as long as usual the last servers took to boot. */
  boots: number
}

/** A hang has to end all the same. */
const AT_MOST = 15
/** Shorter than this, a thread's own times say nothing. */
const TELLING_MS = 5

/**
 * How many times as long as on an idle machine things take: 1 at least, 15 at most.
 *
 * Each sign misses something: a count of tasks says nothing of a machine that is slow by itself, the times of a thread
 * nothing while it waits, and boots lie some seconds back. So the worst of them counts.
 */
export function slownessBy({ wanting, processors, ran, waited, boots }: Signs): number {
  const own = ran + waited < TELLING_MS ? 1 : (ran + waited) / Math.max(ran, TELLING_MS / AT_MOST)
  return Math.min(AT_MOST, Math.max(1, wanting / processors, own, boots))
}

/** A boot of this length is one of a machine that has other work to do as well, but is neither slow nor starved, ms. */
const USUAL_BOOT_MS = 1_000
const BOOTS_KEPT = 3

let bootTimes: number[] = []

/** Takes the time in which a server booted, ms, for a sign of how slow the machine is. */
export function noticeBoot(ms: number): void {
  bootTimes = [...bootTimes, ms].slice(-BOOTS_KEPT)
}

/** One boot may have been slow for its own reasons: of the last ones the second slowest counts. */
function boots(): number {
  const [slowest = 0, second = slowest] = bootTimes.toSorted((a, b) => b - a)
  return (bootTimes.length > 1 ? second : 0) / USUAL_BOOT_MS
}

/** How long a look holds, ms: each wait for a reply asks, and there may be thousands in a second. */
const HOLDS_MS = 20

let last = { ran: 0, waited: 0 }
let look = { at: Number.NEGATIVE_INFINITY, slowness: 1 }

/** How many times as long as on an idle machine things take at this moment. A look costs some 100 µs. */
export function slowness(): number {
  const at = performance.now()
  // A look that lies ahead is by the clock of a test.
  if (at < look.at || at - look.at >= HOLDS_MS) look = { at, slowness: slownessBy(signsNow()) }
  return look.slowness
}

function signsNow(): Signs {
  const now = threadTimes()
  const signs = {
    wanting: Math.max(loadavg()[0] ?? 0, runnable()),
    processors: availableParallelism(),
    ran: now.ran - last.ran,
    waited: now.waited - last.waited,
    boots: boots(),
  }
  last = now
  return signs
}

/** Tasks that run or could; the fourth field of /proc/loadavg (proc(5)). */
function runnable(): number {
  return Number(/ (\d+)\/\d+ /.exec(read('/proc/loadavg'))?.[1] ?? 0)
}

/** Nanoseconds on a processor, and waiting for one (Linux, Documentation/scheduler/sched-stats.rst). */
function threadTimes(): { ran: number; waited: number } {
  const [ran = 0, waited = 0] = read('/proc/thread-self/schedstat')
    .split(' ')
    .map((nanoseconds) => Number(nanoseconds) / 1e6)
  return { ran, waited }
}

/** Empty where the system has no such file: another kernel, or a container that hides it. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
