import type { z } from 'zod'
import { nearest, oneOfThese } from '../errors/did-you-mean.ts'
import { EXAMPLES, exampleFor, placesOf } from './examples.ts'
import { quote } from './names.ts'
import { formatPath } from './path.ts'
import { keysAt } from './shape.ts'
import type { Problem } from './topology-error.ts'

interface Issue {
  code?: string | undefined
  path: PropertyKey[]
  message: string
  errors?: Issue[][]
  keys?: string[]
  issues?: Issue[]
  expected?: string
  values?: unknown[]
  origin?: string
  minimum?: unknown
  maximum?: unknown
}

type Examples = Readonly<Record<string, string>>

/** What was held against what. */
interface Held {
  schema: z.ZodType
  input: unknown
  examples: Examples
}

/** What a value is, or should be, in words: the first are zod's. */
const KINDS: Record<string, string> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
}

/**
 * What zod found, for people: place, value and what is allowed there, with an example where the shape is wrong.
 *
 * @param input what the schema was held against
 */
export function problemsIn(
  schema: z.ZodType,
  issues: readonly object[],
  input: unknown,
  examples: Examples = EXAMPLES,
): Problem[] {
  return (issues as Issue[]).flatMap((issue) => problemsOf({ schema, input, examples }, issue))
}

function problemsOf(held: Held, issue: Issue): Problem[] {
  const { schema, input, examples } = held
  const { code, path } = issue
  if (code === 'invalid_union' && issue.errors && issue.errors.length > 0) return unionProblems(held, issue)
  if (code === 'unrecognized_keys') {
    const known = keysAt(schema, path)
    return (issue.keys ?? []).map((key) => ({
      path: formatPath([...path, key]),
      message: known.includes(key)
        ? `this cannot stand beside ${quote(Object.keys(valueAt(input, path) as object).find((other) => other !== key))}`
        : `there is no such key${unknownKey(key, known, examples)}`,
      ofKey: true,
    }))
  }
  const at = formatPath(path)
  if (code === 'invalid_key' && issue.issues) {
    return [{ path: at, message: issue.issues.map((inner) => inner.message).join('; '), ofKey: true }]
  }
  return [{ path: at, message: sentence(held, issue) }]
}

/** The near ones of its place first, then the places elsewhere that have it. */
function unknownKey(key: string, known: readonly string[], examples: Examples): string {
  const elsewhere = nearest(key, known) === undefined ? placesOf(key, examples) : []
  return elsewhere.length > 0 ? ` here; did you mean ${elsewhere.join(', or ')}?` : `; ${oneOfThese(key, known)}`
}

/** zod reports a union as one issue with what is wrong for each branch; the author meant the one that fits best. */
function unionProblems(held: Held, { path, errors = [] }: Issue): Problem[] {
  const { schema, input } = held
  const here = (inner: Issue): Issue => ({ ...inner, path: [...path, ...inner.path] })
  // A key that one branch knows is missing from another for no fault of the author's.
  const wrongKeys = errors.flat().map(here).filter(isUnknownKey(schema))
  if (wrongKeys.length > 0) return distinct(wrongKeys.flatMap((issue) => problemsOf(held, issue)))
  const value = valueAt(input, path)
  const reached = errors
    .filter((issues) => issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'))
    .toSorted((a, b) => a.length - b.length)
  const [best, next] = reached
  if (best && next?.length === best.length) {
    const lacking = reached.map((issues) => missingKey(issues, value))
    if (!lacking.includes(undefined)) {
      return [{ path: formatPath(path), message: `one of these is missing: ${lacking.join(', ')}` }]
    }
  }
  if (best) return best.map(here).flatMap((issue) => problemsOf(held, issue))
  const wanted = [...new Set(errors.flat().map(wantedBy))].join(', or ')
  const what = value === undefined ? 'this is missing' : `${quote(value)} does not fit`
  return [{ path: formatPath(path), message: `${what}: ${wanted}${written(held, path, errors.flat())}` }]
}

/** The key without which a branch is not, where that is all that is wrong. */
function missingKey([issue, ...others]: readonly Issue[], value: unknown): string | undefined {
  if (!issue || others.length > 0 || issue.path.length !== 1) return undefined
  return valueAt(value, issue.path) === undefined ? String(issue.path[0]) : undefined
}

/** Of a union: keys that none of its branches knows. */
function isUnknownKey(schema: z.ZodType) {
  return (issue: Issue) => {
    if (issue.code !== 'unrecognized_keys') return false
    const known = keysAt(schema, issue.path)
    issue.keys = (issue.keys ?? []).filter((key) => !known.includes(key))
    return issue.keys.length > 0
  }
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.path, problem])).values()]
}

function sentence(held: Held, issue: Issue): string {
  const value = valueAt(held.input, issue.path)
  const wanted = wantedBy(issue)
  const example = issue.code === 'invalid_type' ? written(held, issue.path, [issue]) : ''
  if (value === undefined) return `this is missing: ${wanted}${example}`
  if (issue.code === 'invalid_value') return `${quote(value)} is wrong: ${wanted}${meant(value, issue.values)}`
  return (wanted.includes(quote(value)) ? wanted : `${quote(value)} is wrong: ${wanted}`) + example
}

function wantedBy({ code, expected = '', message, origin = '', minimum, maximum }: Issue): string {
  if (code === 'invalid_type') return `expected ${KINDS[expected] ?? expected}`
  if (code === 'too_small')
    return `expected ${origin === 'number' || origin === 'int' ? `${minimum} or more` : atLeast(origin, minimum)}`
  if (code === 'too_big')
    return `expected ${origin === 'string' ? `at most ${maximum} characters` : `${maximum} or less`}`
  return message.replace(/^Invalid (?:input|option|string): /, '')
}

function atLeast(origin: string, minimum: unknown): string {
  if (origin === 'string') return 'a text that is not empty'
  return `${minimum} or more in the list`
}

/** How it is written, where what came is no such thing at all. */
function written({ input, examples }: Held, path: readonly PropertyKey[], issues: readonly Issue[]): string {
  const value = valueAt(input, path)
  const example = issues.some(({ code }) => code === 'invalid_type') ? exampleFor(path, examples) : undefined
  const found = value === undefined ? '' : `, not ${kindOf(value)}`
  return example === undefined ? found : `${found}; write ${keyOf(path)}: ${example}`
}

function keyOf(path: readonly PropertyKey[]): string {
  const last = path.at(-1)
  return typeof last === 'string' ? formatPath([last]).replace(/^\["|"\]$/g, '"') : 'it'
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return KINDS[value === null ? 'null' : typeof value] ?? typeof value
}

function meant(value: unknown, values: readonly unknown[] = []): string {
  const near = typeof value === 'string' ? nearest(value, values.map(String)) : undefined
  return near === undefined ? '' : `; did you mean ${quote(near)}?`
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key]
  return value
}
