/** Changes to what EHLO announces. Announcements only: what the upstream can do stays as it is. */
export interface Keywords {
  /** Keywords left out, e.g. `8BITMIME`. */
  hide?: string[]
  /** Whole lines added, or put in place of the line with the same keyword, e.g. `SIZE 1000`. */
  add?: string[]
}

/** The lines behind the greeting of an EHLO reply (RFC 5321 §4.1.1.1), changed. */
export function announce(lines: string[], { hide = [], add = [] }: Keywords): string[] {
  const gone = new Set([...hide, ...add].map(keywordOf))
  return [...lines.filter((line) => !gone.has(keywordOf(line))), ...add]
}

function keywordOf(line: string): string {
  return (line.split(' ')[0] ?? '').toUpperCase()
}
