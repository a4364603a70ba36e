/**
 * The service extensions of an EHLO or LHLO reply: keyword in upper case → its parameters (RFC 5321 §4.1.1.1). The
 * first line is the greeting and holds none. The old `AUTH=…` spelling counts as a keyword of its own.
 */
export function ehloKeywords(lines: readonly string[]): Map<string, string[]> {
  const keywords = new Map<string, string[]>()
  for (const line of lines.slice(1)) {
    const [keyword, ...parameters] = line.split(/\s+/).filter((word) => word !== '')
    if (keyword !== undefined) keywords.set(keyword.toUpperCase(), parameters)
  }
  return keywords
}
