import { type Behaviour, type BehaviourRow, type Cell, verdictWord } from './behaviour.ts'
import { cell, table } from './markdown.ts'

/** docs/behaviour.md. */
export function renderBehaviour(behaviour: Behaviour): string {
  const projects = Object.keys(behaviour.versions)
  const sections = Map.groupBy(behaviour.rows, ({ scenario }) => scenario)
  return `${[
    '# What the servers do',
    '',
    'Made by `mailrig report` from what the scenarios observed; do not edit. The same input, and what each server answers',
    'as mailrig configures it: Debian’s defaults, limits on errors raised. Of a reply of several lines the first is shown.',
    '',
    '*differs*: **MTA** when reply code or outcome differ between MTAs, *words* when only the text does, **release** when',
    'one MTA differs between releases. `″` repeats the cell to the left. Where a standard asks for something, the row',
    'names it, and the cell begins OK, NON-STRICT (a SHOULD not followed) or FAILED (a MUST not followed).',
    '',
    table(['', ...projects], head(behaviour, projects)),
    ...[...sections].flatMap(([scenario, rows]) => [
      '',
      `## ${scenario.replace(/^scenarios\//, '').replace(/\.scenario\.ts$/, '')}`,
      '',
      table(
        ['input', 'differs', ...projects],
        rows.map((row) => line(row, projects)),
      ),
    ]),
  ].join('\n')}\n`
}

function head({ versions, rows }: Behaviour, projects: readonly string[]): string[][] {
  const servers = projects.map((project) =>
    Object.entries(versions[project] ?? {})
      .map(([server, version]) => `${server} ${version}`)
      .join(', '),
  )
  const counts = (['OK', 'NON-STRICT', 'FAILED'] as const).map((word) => [
    word,
    ...projects.map((project) => {
      const verdicts = rows.flatMap(({ cells }) => cells[project]?.verdict ?? [])
      return String(verdicts.filter((verdict) => verdictWord(verdict) === word).length)
    }),
  ])
  return [['servers', ...servers.map(cell)], ...counts]
}

function line(row: BehaviourRow, projects: readonly string[]): string[] {
  const verdict = Object.values(row.cells).find((one) => one.verdict)?.verdict
  const name = cell(row.name) + (verdict ? `<br>*${verdict.requirement}, ${verdict.section}*` : '')
  const texts = projects.map((project) => cellText(row.cells[project]))
  // Only within one MTA: what stands left of another MTA's cell is another column of thought.
  const repeated = texts.map((text, index) =>
    index > 0 && text === texts[index - 1] && mtaOf(projects[index]) === mtaOf(projects[index - 1]) ? '″' : text,
  )
  return [name, differs(row, projects), ...repeated]
}

function cellText(found: Cell | undefined): string {
  if (!found) return '–'
  if (!found.verdict) return cell(found.value)
  const word = verdictWord(found.verdict)
  return `${word === 'OK' ? word : `**${word}**`}: ${cell(found.value)}`
}

/** How the cells of a row differ; empty when they are all alike. */
export function differs(row: BehaviourRow, projects: readonly string[]): string {
  const present = projects.flatMap((project) => {
    const found = row.cells[project]
    return found ? [{ mta: mtaOf(project), value: found.value }] : []
  })
  if (new Set(present.map(({ value }) => value)).size === 1) return ''
  if (new Set(present.map(({ value }) => outcome(value))).size === 1) return '*words*'
  const byMta = [...Map.groupBy(present, ({ mta }) => mta).values()].map((cells) =>
    cells.map(({ value }) => outcome(value)),
  )
  return [
    ...(new Set(byMta.map((outcomes) => outcomes.join(' '))).size > 1 && byMta.length > 1 ? ['**MTA**'] : []),
    ...(byMta.some((outcomes) => new Set(outcomes).size > 1) ? ['**release**'] : []),
  ].join(' ')
}

/** Of a reply its code; of anything else all of it. */
function outcome(value: string): string {
  return /^[2-5]\d\d(?= |$)/.exec(value)?.[0] ?? value
}

function mtaOf(project: string | undefined): string {
  return project?.replace(/-[^-]*$/, '') ?? ''
}
