import type { Behaviour } from './behaviour.ts'
import { verdictWord } from './behaviour.ts'

/** What changed between two behaviours, a few lines a row; empty when nothing did. Versions do not count. */
export function diffBehaviour(before: Behaviour, after: Behaviour): string[] {
  const old = cellsOf(before)
  const now = cellsOf(after)
  const keys = new Set([...old.keys(), ...now.keys()])
  return [...keys].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)]
    if (was === is) return []
    return [key, `  - ${was ?? '(not observed)'}`, `  + ${is ?? '(not observed)'}`]
  })
}

function cellsOf(behaviour: Behaviour): Map<string, string> {
  return new Map(
    behaviour.rows.flatMap(({ scenario, name, cells }) =>
      Object.entries(cells).map(([project, { value, verdict }]) => [
        `${scenario} · ${name} · ${project}`,
        verdict ? `${verdictWord(verdict)} (${verdict.requirement}, ${verdict.section}): ${value}` : value,
      ]),
    ),
  )
}
