import type { Mutant } from './mutant.ts'

/**
 * What became of a mutant.
 *
 * - `noticed`: a test failed, or a check found something else
 * - `survived`: all that ran with it ended as without it
 * - `equivalent`: what the server prints of its configuration is as without it; counts neither way
 * - `refused`: the server does not start with it; counts neither way
 */
export type MutantVerdict =
  | { verdict: 'noticed'; by: string; because: string }
  | { verdict: 'survived'; ran: number }
  | { verdict: 'equivalent' }
  | { verdict: 'refused'; because: string }

/** A mutant with what became of it; `untried` where the time was over before. */
export interface TriedMutant {
  mutant: Mutant
  result: MutantVerdict | { verdict: 'untried' }
}

/** How many there are of each, and the score. */
export interface MutationScore {
  noticed: number
  survived: number
  equivalent: number
  refused: number
  untried: number
  /** Noticed of those that count, in percent, rounded down; undefined where none counts. */
  percent: number | undefined
}

export function scoreOf(tried: readonly TriedMutant[]): MutationScore {
  const count = (verdict: TriedMutant['result']['verdict']) =>
    tried.filter(({ result }) => result.verdict === verdict).length
  const [noticed, survived] = [count('noticed'), count('survived')]
  const counted = noticed + survived
  return {
    noticed,
    survived,
    equivalent: count('equivalent'),
    refused: count('refused'),
    untried: count('untried'),
    percent: counted === 0 ? undefined : Math.floor((100 * noticed) / counted),
  }
}
