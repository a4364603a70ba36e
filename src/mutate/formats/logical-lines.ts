/** A line of a file of Postfix with those that go on with it. */
export interface LogicalLine {
  /** All of it, with a blank where a line ends. */
  text: string
  /** Where it begins, from 1. */
  line: number
  /** Over how many lines it goes. */
  count: number
}

/** A line that begins with white space goes on with the last; comments and empty lines say nothing (postconf(5), postmap(1), master(5)). */
export function logicalLines(text: string): LogicalLine[] {
  const found: LogicalLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    if (!/^\s/.test(line)) {
      found.push({ text: line.trimEnd(), line: index + 1, count: 1 })
      continue
    }
    const last = found.at(-1)
    if (!last) continue
    last.text = `${last.text} ${line.trim()}`
    last.count = index + 2 - last.line
  }
  return found
}
