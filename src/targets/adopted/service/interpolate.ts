/** `$$`, `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME:+other}`. */
const VARIABLE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\})/g

/**
 * Fills variables in every text of a value (compose-spec, 12-interpolation.md). One that has no value is empty, as Compose
 * has it; one that must have a value (`?`) is told to `onMissing`.
 */
export function interpolate<T>(value: T, environment: NodeJS.ProcessEnv, onMissing: (name: string) => void): T {
  if (typeof value === 'string') return fill(value, environment, onMissing) as T
  if (Array.isArray(value)) return value.map((one: unknown) => interpolate(one, environment, onMissing)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, interpolate(one as unknown, environment, onMissing)]),
  ) as T
}

function fill(text: string, environment: NodeJS.ProcessEnv, onMissing: (name: string) => void): string {
  return text.replace(VARIABLE, (whole, bare?: string, braced?: string, rule = '', word = '') => {
    if (whole === '$$') return '$'
    const name = bare ?? braced ?? ''
    const value = environment[name]
    // With a colon, an empty value counts as none.
    const has = value !== undefined && (value !== '' || !rule.startsWith(':'))
    switch (rule.replace(':', '')) {
      case '-':
        return has ? value : word
      case '+':
        return has ? word : ''
      case '?':
        if (!has) onMissing(name)
        return value ?? ''
      default:
        return value ?? ''
    }
  })
}
