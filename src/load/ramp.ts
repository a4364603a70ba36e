import type { LatencyMs } from './latencies.ts'
import type { LoadAccount, LoadDocument } from './load-account.ts'

/** One load of a ramp. */
export interface RampStep {
  connections: number
  acceptedPerSecond: number
  /** From MAIL to the reply to the final dot, in ms. */
  acceptMs: LatencyMs
}

/** How a server does under more and more load. */
export interface Ramp {
  steps: RampStep[]
  /** The last step before the median of the latency had doubled. Absent where it never did. */
  knee?: RampStep
}

interface RampOptions {
  /** The most connections that are tried. */
  upTo: number
  /** Runs one load, and waits for all of it. */
  load(connections: number): Promise<LoadAccount>
  /** Called after each load. */
  onStep?: (step: RampStep) => void
}

/**
 * Doubles the connections, from one, until the median latency is twice that of one connection alone. Each load is over
 * before the next begins, so that none finds the queue of another.
 */
export async function runRamp({ upTo, load, onStep }: RampOptions): Promise<Ramp & { accounts: LoadAccount[] }> {
  const steps: RampStep[] = []
  const accounts: LoadAccount[] = []
  for (const connections of stepsUpTo(upTo)) {
    const account = await load(connections)
    accounts.push(account)
    const { acceptMs, acceptedPerSecond } = account
    if (acceptMs === undefined) break
    const step = { connections, acceptedPerSecond, acceptMs }
    steps.push(step)
    onStep?.(step)
    if (kneeOf(steps) !== undefined || account.givenUp !== undefined) break
  }
  const knee = kneeOf(steps)
  return { steps, accounts, ...(knee ? { knee } : {}) }
}

/** The last step before the median had doubled; undefined where it has not. */
export function kneeOf(steps: readonly RampStep[]): RampStep | undefined {
  const [first] = steps
  const doubled = steps.findIndex(({ acceptMs }) => first !== undefined && acceptMs.p50 >= 2 * first.acceptMs.p50)
  return doubled < 1 ? undefined : steps[doubled - 1]
}

/** 1, 2, 4 … and the last one. */
export function stepsUpTo(most: number): number[] {
  const steps: number[] = []
  for (let connections = 1; connections < most; connections *= 2) steps.push(connections)
  return [...steps, most]
}

const SUMMED = [
  'sent',
  'accepted',
  'refused',
  'unknown',
  'delivered',
  'bounced',
  'queued',
  'lost',
  'duplicated',
] as const

/** The counts of several loads together. */
export function sumOf(accounts: readonly LoadAccount[]): Pick<LoadDocument, (typeof SUMMED)[number] | 'seconds'> {
  const documents = accounts.map((account) => account.toJSON())
  const sum = (key: (typeof SUMMED)[number] | 'seconds') =>
    documents.reduce((total, document) => total + document[key], 0)
  const counts = Object.fromEntries(SUMMED.map((key) => [key, sum(key)])) as Record<(typeof SUMMED)[number], number>
  return { ...counts, seconds: Math.round(sum('seconds') * 1000) / 1000 }
}
