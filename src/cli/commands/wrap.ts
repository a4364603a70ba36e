/** Breaks a text between words so that it fits; lines behind the first are indented. A word that is longer stays whole. */
export function wrap(text: string, { width, indent }: { width: number; indent: number }): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const room = width - (lines.length > 1 ? indent : 0)
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}

/** Columns of the terminal that is written to; of a pipe, as many as are read well. */
export function columns(): number {
  return Math.min(Math.max(process.stdout.columns ?? 120, 60), 160)
}
