import type { Progress } from '../../engine/progress.ts'
import { soMany } from '../../errors/so-many.ts'
import { knownOf } from '../../mutate/campaign.ts'
import type { Mutant } from '../../mutate/mutant.ts'
import type { MutantVerdict, TriedMutant } from '../../mutate/verdict.ts'

/** Says on standard error how far it is, and what survived so far. */
export function tellProgress(
  progress: Progress,
  mutants: readonly Mutant[],
  verdicts: ReadonlyMap<string, MutantVerdict>,
) {
  const all = mutants.length
  const known = knownOf(mutants, verdicts)
  if (known.size > 0)
    progress.line(
      `${known.size} of ${soMany(all, 'mutant')} ${known.size === 1 ? 'is' : 'are'} known from the run before`,
    )
  const step = progress.step(soMany(all - known.size, 'mutant'))
  const counts = { noticed: 0, survived: 0, equivalent: 0, refused: 0 }
  let done = 0
  return {
    verdict({ mutant, result }: TriedMutant): void {
      done += 1
      if (result.verdict !== 'untried') counts[result.verdict] += 1
      if (result.verdict === 'survived') progress.line(`survived ${mutant.text}`)
      step.update(
        `${done} tried: ${Object.entries(counts)
          .map(([verdict, count]) => `${count} ${verdict}`)
          .join(', ')}`,
      )
    },
    done: () => step.done(`${done} tried`),
  }
}
