import type { Shard } from '../shards/shard.ts'
import type { Mutant } from './mutant.ts'
import type { MutantVerdict, TriedMutant } from './verdict.ts'

/**
 * Tries one mutant; undefined where it was interrupted, and nothing can be said. The lane is the number of one of those
 * that work side by side, from 0.
 */
export type Trial = (mutant: Mutant, lane: number) => Promise<MutantVerdict | undefined>

export interface CampaignOptions {
  mutants: readonly Mutant[]
  /** How many are tried side by side. */
  lanes: number
  /** Only this part of them is tried. */
  shard?: Shard | undefined
  attempt: Trial
  /** What is known from a run before. */
  known?: ReadonlyMap<string, MutantVerdict>
  /** No mutant is begun when it is aborted; those under way end. */
  signal?: AbortSignal
  /** Called as each verdict comes. */
  onVerdict?: (tried: TriedMutant) => void
}

/**
 * Tries mutants in an order that their ids give, so that those which fit into a budget are a sample of all. In the order of
 * the mutants, those that were not tried included.
 *
 * @throws what a trial throws, when those beside it have ended
 */
export async function runCampaign(options: CampaignOptions): Promise<TriedMutant[]> {
  const { mutants, lanes, attempt, shard, known = new Map(), signal, onVerdict } = options
  const own = mutantsOfShard(mutants, shard)
  const results = knownOf(own, known)
  const waiting = own.filter(({ id }) => !known.has(id))
  let broken = false
  const work = async (lane: number) => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      if (signal?.aborted || broken) return
      try {
        const result = await attempt(mutant, lane)
        if (!result) return
        results.set(mutant.id, result)
        onVerdict?.({ mutant, result })
      } catch (error) {
        broken = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: lanes }, (_, lane) => work(lane)))
  const failure = ended.find((one) => one.status === 'rejected')
  if (failure) throw failure.reason
  return mutants.map((mutant) => ({ mutant, result: results.get(mutant.id) ?? { verdict: 'untried' } }))
}

/** Those that fall to a shard, in the order in which they are tried. */
export function mutantsOfShard(mutants: readonly Mutant[], shard: Shard | undefined): Mutant[] {
  const ordered = inOrder(mutants)
  if (shard === undefined) return ordered
  const owner = ownerOf(mutants, shard.count)
  return ordered.filter(({ id }) => owner.get(id) === shard.index)
}

/** The shard of each mutant, by its id. Ids are hashes: in their order each shard gets a bit of everything. */
export function ownerOf(mutants: readonly Pick<Mutant, 'id'>[], count: number): Map<string, number> {
  return new Map(inOrder(mutants).map(({ id }, place) => [id, (place % count) + 1]))
}

function inOrder<T extends Pick<Mutant, 'id'>>(mutants: readonly T[]): T[] {
  return mutants.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** What is known of these. */
export function knownOf(
  mutants: readonly Mutant[],
  known: ReadonlyMap<string, MutantVerdict>,
): Map<string, MutantVerdict> {
  return new Map(mutants.flatMap(({ id }) => [[id, known.get(id)] as const]).filter(isKnown))
}

function isKnown(entry: readonly [string, MutantVerdict | undefined]): entry is [string, MutantVerdict] {
  return entry[1] !== undefined
}

/** Was any of a shard's mutants not tried? */
export function anyLeft(tried: readonly TriedMutant[], shard: Shard | undefined): boolean {
  const verdicts = new Map(tried.map(({ mutant, result }) => [mutant.id, result.verdict]))
  const own = mutantsOfShard(
    tried.map(({ mutant }) => mutant),
    shard,
  )
  return own.some(({ id }) => verdicts.get(id) === 'untried')
}

/** A trial that nobody waits for any more when the signal is aborted: what is under way ends by itself. */
export function unlessStopped(attempt: Trial, signal: AbortSignal): Trial {
  const stopped = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  return async (mutant, lane) => {
    const verdict = attempt(mutant, lane)
    // What fails because its servers are being removed is no news.
    verdict.catch(() => undefined)
    return Promise.race([verdict, stopped])
  }
}
