/** A text is split as a shell splits it, as far as quotes go. */
export function wordsOf(words: string | readonly string[]): string[] {
  if (typeof words !== 'string') return [...words]
  return [...words.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '',
  )
}
