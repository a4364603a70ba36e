/** Where variables have their values, and who is told of what was found of them. */
export interface Variables {
  environment: NodeJS.ProcessEnv
  /** A variable that must have a value and has none: `${NAME:?message}`. */
  onMissing: (missing: { name: string; message: string; path: readonly PropertyKey[] }) => void
  /** A variable whose value was filled in. */
  onFilled?: (name: string, value: string) => void
}

/** `NAME`, and what stands behind it in braces. */
const BARE = /[A-Za-z_]\w*/y
const RULE = /:?[-?+]/y

/**
 * Fills variables in every text of a value (compose-spec, 12-interpolation.md): `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME-default}`, `${NAME:?message}`, `${NAME:+other}`, and these within one another; `$$` is a dollar. One that has no value
 * is empty, as Compose has it.
 */
export function interpolate<T>(value: T, variables: Variables, path: readonly PropertyKey[] = []): T {
  if (typeof value === 'string') return fill(value, variables, path) as T
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) => interpolate(one, variables, [...path, index])) as T
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, interpolate(one as unknown, variables, [...path, key])]),
  ) as T
}

function fill(text: string, variables: Variables, path: readonly PropertyKey[]): string {
  let filled = ''
  for (let at = 0; at < text.length; ) {
    const found = text[at] === '$' ? variableAt(text, at) : undefined
    if (found === undefined) filled += text[at]
    else filled += found.name === undefined ? '$' : filledValue({ ...found, name: found.name }, variables, path)
    at = found?.end ?? at + 1
  }
  return filled
}

interface Found {
  /** Undefined: a dollar. */
  name?: string
  rule: string
  word: string
  end: number
}

/** What begins with the dollar at that place; undefined where it is a dollar and no more. */
function variableAt(text: string, at: number): Found | undefined {
  if (text[at + 1] === '$') return { rule: '', word: '', end: at + 2 }
  const inBraces = text[at + 1] === '{'
  const name = match(BARE, text, at + (inBraces ? 2 : 1))
  if (name === undefined) return undefined
  const behind = at + (inBraces ? 2 : 1) + name.length
  if (!inBraces) return { name, rule: '', word: '', end: behind }
  const rule = match(RULE, text, behind) ?? ''
  const close = closing(text, behind + rule.length)
  const word = text.slice(behind + rule.length, close)
  return close < 0 || (rule === '' && word !== '') ? undefined : { name, rule, word, end: close + 1 }
}

/** The brace that ends a variable: those of variables within it are passed over. */
function closing(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1
    else if (text[at] === '}') {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return -1
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function filledValue(
  { name, rule, word }: Found & { name: string },
  variables: Variables,
  path: readonly PropertyKey[],
): string {
  const value = variables.environment[name]
  // With a colon, an empty value counts as none.
  const has = value !== undefined && (value !== '' || !rule.startsWith(':'))
  const other = () => fill(word, variables, path)
  if (rule.endsWith('+')) return has ? other() : ''
  if (!has && rule.endsWith('-')) return other()
  if (!has && rule.endsWith('?')) variables.onMissing({ name, message: other(), path })
  if (value !== undefined) variables.onFilled?.(name, value)
  return value ?? ''
}
