import { type Place, type SourceTree, textOf } from './source-tree.ts'

export const SMTPD_CONF = '/etc/smtpd.conf'

/** One statement of smtpd.conf(5), in words; a list in braces is its words. */
export interface SmtpdStatement {
  words: readonly string[]
  at: Place
}

/** The statements of smtpd.conf, with lines that go on behind a backslash or within braces joined. */
export function smtpdStatements(tree: SourceTree): SmtpdStatement[] {
  const found: SmtpdStatement[] = []
  let words: string[] = []
  let line = 0
  let depth = 0
  for (const [index, text] of (textOf(tree, SMTPD_CONF) ?? '').split('\n').entries()) {
    if (words.length === 0) line = index + 1
    const goesOn = /\\\s*$/.test(text)
    for (const [, quoted, bare] of text.replace(/\\\s*$/, '').matchAll(/"((?:[^"\\]|\\.)*)"|(#.*|[{},]|[^\s{},"]+)/g)) {
      if (bare?.startsWith('#')) break
      if (bare === '{') depth += 1
      else if (bare === '}') depth -= 1
      else if (bare !== ',') words.push(quoted ?? bare ?? '')
    }
    if (goesOn || depth > 0) continue
    if (words.length > 0) found.push({ words, at: { file: SMTPD_CONF, line } })
    words = []
  }
  return found
}

/** The words that stand behind one of these words, up to the next word that begins another part. */
export function wordAfter({ words }: SmtpdStatement, ...names: readonly string[]): string | undefined {
  const at = words.findIndex((_, index) => names.every((name, offset) => words[index + offset] === name))
  return at < 0 ? undefined : words[at + names.length]
}

/** What a table holds: of `table NAME { … }` its words, of `table NAME file:PATH` the first word of each line. */
export function tableValues(tree: SourceTree, name: string): string[] {
  const table = smtpdStatements(tree).find(({ words }) => words[0] === 'table' && words[1] === name)
  const [, , first = '', ...rest] = table?.words ?? []
  const path = /^(?:file:)?(\/.*)$/.exec(first)?.[1]
  if (path === undefined) return [first, ...rest].filter((word) => word !== '' && word !== '=')
  return (textOf(tree, path) ?? '').split('\n').flatMap((line) => /^\s*([^#\s:]+)/.exec(line)?.[1] ?? [])
}
