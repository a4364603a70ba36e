import type { Change } from '../change.ts'
import { flipped, otherNumbers } from '../values.ts'

/** What is never left out: nothing of the configuration is there without it. */
const FRAME = /^(?:include|divert|OSTYPE|VERSIONID|dnl)\b/

/** cf/README: a call such as FEATURE or define is dropped, has another number or the opposite; a line of cf is dropped. */
export function macroChanges(text: string): Change[] {
  const lines = text.split('\n')
  const changes: Change[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (/^(?:#|dnl\b|\s*$)/.test(line) || FRAME.test(line)) continue
    const [, name] = /^([A-Za-z_]\w*)\(/.exec(line) ?? []
    const end = name === undefined ? index : lastLineOf(lines, index)
    const place = { line: index + 1, count: end - index + 1, block: '' }
    const shown = line.replace(/dnl\b.*$/, '').trim()
    if (name !== undefined) {
      changes.push({ ...place, lines: [], operator: 'drop-macro', what: `${shown} is dropped` })
      if (end === index) changes.push(...defined(line, place))
    } else if (/^[ORKCDFHMVS]\S?/.test(line) && !/^[A-Z_]{2,}/.test(line)) {
      changes.push({ ...place, lines: [], operator: 'drop-line', what: `the line ${shown} is dropped` })
    }
    index = end
  }
  return changes
}

/** define(`name', `value'): the value is another. */
function defined(line: string, place: Pick<Change, 'line' | 'count' | 'block'>): Change[] {
  const [, before = '', name, middle = '', value = '', after = ''] =
    /^(define\(`)(\w+)(',\s*`)([^`']*)('\).*)$/.exec(line) ?? []
  if (name === undefined) return []
  return [...flipped(value), ...otherNumbers(value)].map(({ value: other, operator, what }) => ({
    ...place,
    lines: [before + name + middle + other + after],
    operator,
    what: `${name} ${what}`,
  }))
}

/** Where the parentheses of a call close, outside of quotes. */
function lastLineOf(lines: readonly string[], from: number): number {
  let quotes = 0
  let depth = 0
  for (let index = from; index < lines.length; index += 1) {
    for (const one of lines[index] ?? '') {
      if (one === '`') quotes += 1
      else if (one === "'" && quotes > 0) quotes -= 1
      else if (quotes === 0 && one === '(') depth += 1
      else if (quotes === 0 && one === ')') depth -= 1
      if (depth === 0 && one === ')' && quotes === 0) return index
    }
  }
  return from
}
