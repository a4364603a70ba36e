import { createHash } from 'node:crypto'
import type { Mutation } from '../servers/mutation.ts'
import { applyChange, type Change } from './change.ts'
import { OPERATORS } from './operators.ts'

/** A configuration with one change: which file, where, and what differs. Plain data. */
export interface Mutant {
  /** The same for the same change of the same lines, wherever in the file they stand and whatever rig they are rendered for. */
  id: string
  server: string
  path: string
  /** From 1, in the file it was found in. */
  line: number
  operator: string
  /** One line for the reader: `/etc/postfix/main.cf:12 smtpd_helo_required is no, not yes`. */
  text: string
  /** The lines as they were and as they are, joined with line ends. */
  before: string
  after: string
}

/** A mutant of a given text. */
export interface MutantOfText {
  mutant: Mutant
  change: Change
}

/** Every mutant of one file of a server; none where the server says that it is no configuration. */
export function mutantsOf(server: string, mutation: Mutation, path: string, text: string): MutantOfText[] {
  const format = mutation.formatOf(path)
  if (format === undefined) return []
  const lines = text.split('\n')
  const seen = new Map<string, number>()
  return OPERATORS[format](text, path).flatMap((change) => {
    const before = lines.slice(change.line - 1, change.line - 1 + change.count).join('\n')
    const after = change.lines.join('\n')
    if (before === after || mutation.instruments?.test(before)) return []
    const key = [server, path, change.operator, change.block, neutral(before), neutral(after)].join('\u0000')
    const nth = seen.get(key) ?? 0
    seen.set(key, nth + 1)
    const id = createHash('sha256').update(`${key}\u0000${nth}`).digest('hex').slice(0, 10)
    const said = `${path}:${change.line} ${change.what}`
    const mutant: Mutant = { id, server, path, line: change.line, operator: change.operator, text: said, before, after }
    return [{ mutant, change }]
  })
}

/** The text with the mutant of this id; undefined where it has none. */
export function mutated(
  id: string,
  { server, mutation, path, text }: { server: string; mutation: Mutation; path: string; text: string },
): string | undefined {
  const found = mutantsOf(server, mutation, path, text).find(({ mutant }) => mutant.id === id)
  return found && applyChange(text, found.change)
}

/** Each rig has addresses of its own in the networks for benchmarks (RFC 2544): they tell no two lines apart. */
export function neutral(text: string): string {
  return text.replace(/\b(198\.1[89])\.\d{1,3}(\.\d{1,3})?\b/g, (_, network: string, last?: string) =>
    last ? `${network}.0.0` : `${network}.0`,
  )
}
