/** The name out of a list that a misspelt one most likely stands for; undefined where none is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  let best: { name: string; steps: number } | undefined
  for (const name of names) {
    const known = name.toLowerCase()
    // A plural in -es is two letters away, which is too far for a short word.
    const steps = known === `${wanted}es` || wanted === `${known}es` ? 1 : distance(wanted, known)
    if (steps < (best?.steps ?? Number.POSITIVE_INFINITY)) best = { name, steps }
  }
  // A third of the letters may be wrong: more is another word.
  return best && best.steps <= Math.max(1, Math.floor(wanted.length / 3)) ? best.name : undefined
}

/**
 * `did you mean "dsn"? There is dsn, expn, vrfy`: what to say of a name that is none of these.
 *
 * @param lead what goes before the list
 */
export function oneOfThese(word: string, names: readonly string[], lead = 'there is'): string {
  const near = nearest(word, names)
  const list = `${lead} ${names.join(', ') || 'none'}`
  return near === undefined
    ? list
    : `did you mean ${JSON.stringify(near)}? ${list.charAt(0).toUpperCase()}${list.slice(1)}`
}

/** Letters added, left out, replaced, or swapped with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  let before: number[] = []
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      let steps = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + same)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) steps = Math.min(steps, at(before, j - 2) + 1)
      next.push(steps)
    }
    before = row
    row = next
  }
  return at(row, to.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0
}
