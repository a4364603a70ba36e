import type { z } from 'zod'
import { dnsName, domainName, quote } from './names.ts'
import { formatPath } from './path.ts'
import { namesAt } from './shape.ts'
import type { Problem } from './topology-error.ts'

/** Lists of lines, in which the same may stand twice. */
const LINES = /^native\b|\.(?:forward|procmailrc|txt)$/

/**
 * Names that stand twice in a list, or as keys that are one name in another letter case. What is a name is for the schema
 * to say, so this looks at the input beside it.
 */
export function duplicateProblems(schema: z.ZodType, input: unknown, path: readonly PropertyKey[] = []): Problem[] {
  if (typeof input !== 'object' || input === null || LINES.test(formatPath(path))) return []
  const folds = namesAt(schema, path).some((name) => isDomain(name))
  const entries = Array.isArray(input)
    ? input.map((item, index): [PropertyKey, unknown] => [index, item])
    : Object.keys(input).map((key): [PropertyKey, unknown] => [key, key])
  const seen = new Map<unknown, unknown>()
  const problems: Problem[] = []
  for (const [key, name] of entries) {
    if (typeof name !== 'string') continue
    const folded = folds ? name.toLowerCase() : name
    const before = seen.get(folded)
    if (before === undefined) seen.set(folded, name)
    else {
      const as = before === name ? '' : `, the other time as ${quote(before)}`
      problems.push({
        path: formatPath([...path, key]),
        message: `${quote(name)} is named twice${as}`,
        ofKey: !Array.isArray(input),
      })
    }
  }
  const inner = Object.entries(input).flatMap(([key, value]) =>
    duplicateProblems(schema, value, [...path, Array.isArray(input) ? Number(key) : key]),
  )
  return [...problems, ...inner]
}

/** By what it takes: letter case does not count in a domain (RFC 4343). */
function isDomain(name: z.ZodType): boolean {
  return name === domainName._zod.def.in || name === dnsName._zod.def.in
}
