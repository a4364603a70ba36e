import { soMany } from '../errors/so-many.ts'
import type { MutantEntry, MutationDocument } from './document.ts'
import { scoreOf } from './verdict.ts'

/** How survivors are marked: the caller has the colours. */
export interface TableStyle {
  survived(text: string): string
  faint(text: string): string
}

/** What became of the mutants, for a terminal: survivors first, then a line for each file, then the score. */
export function mutationTable(document: MutationDocument, { survived, faint }: TableStyle): string {
  const { mutants, score, target, ended, noun } = document
  const survivors = mutants.filter(({ verdict }) => verdict === 'survived')
  const lines = [
    ...survivors.map(({ text, ran = 0 }) => `${survived('survived')} ${text} ${faint(`(${ranWords(ran, noun)})`)}`),
    ...(survivors.length > 0 ? [''] : []),
    ...fileLines(mutants),
    '',
    sumLine(target, score),
    ...(ended === undefined
      ? []
      : [
          `${soMany(score.untried, 'mutant')} ${score.untried === 1 ? 'was' : 'were'} not tried: ${WHY[ended]}. The same command goes on.`,
        ]),
  ]
  return `${lines.join('\n')}\n`
}

const WHY = { budget: 'the budget was used up', interrupted: 'the run was interrupted' } as const

export function ranWords(ran: number, noun: MutationDocument['noun']): string {
  return `${soMany(ran, noun)} ran with it`
}

export function sumLine(
  target: string,
  { noticed, survived, equivalent, refused, untried, percent }: MutationDocument['score'],
): string {
  const counted = noticed + survived
  const said =
    percent === undefined ? 'no mutant counts' : `${percent} %: ${noticed} of ${soMany(counted, 'mutant')} noticed`
  return `${target}: ${said}; ${equivalent} equivalent, ${refused} refused, ${untried} not tried`
}

const HEAD = ['file', 'noticed', 'survived', 'equivalent', 'refused', 'not tried', 'score']

function fileLines(mutants: readonly MutantEntry[]): string[] {
  const files = Map.groupBy(mutants, ({ server, path }) => `${server} ${path}`)
  const rows = [...files]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([file, entries]) => {
      const { noticed, survived, equivalent, refused, untried, percent } = scoreOf(
        entries.map((mutant) => ({ mutant, result: { verdict: mutant.verdict } as never })),
      )
      return [
        file,
        ...[noticed, survived, equivalent, refused, untried].map(String),
        percent === undefined ? '–' : `${percent} %`,
      ]
    })
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((row) => row[column]?.length ?? 0)))
  return [HEAD, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}
