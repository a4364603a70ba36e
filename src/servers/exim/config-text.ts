/** An option and its value; `true` is a boolean option standing alone, such as `allow_fail`. */
export type EximOption = readonly [name: string, value: string | number | true]

/** `name = value`, or the name alone. */
export function optionLine([name, value]: EximOption): string {
  return value === true ? name : `${name} =${value === '' ? '' : ` ${value}`}`
}

/** A router, a transport or an authenticator: its name, a colon, its options indented (Exim specification §6.2). */
export function driver(name: string, options: readonly (EximOption | undefined)[]): string {
  const lines = options.filter((option) => option !== undefined).map((option) => `  ${optionLine(option)}`)
  return [`${name}:`, ...lines].join('\n')
}

/** A statement of an ACL: the verb, then its conditions and modifiers, one a line (Exim specification §44.18). */
export function statement(verb: string, ...options: (EximOption | undefined)[]): string {
  const lines = options.filter((option) => option !== undefined).map((option) => `    ${optionLine(option)}`)
  return [`  ${verb}`, ...lines].join('\n')
}

/** Items of a colon-separated list; a colon inside an item is doubled (Exim specification §6.20). */
export function list(items: readonly string[]): string {
  return items.map((item) => item.replaceAll(':', '::')).join(' : ')
}

/** Text that the string expander gives back as it is (Exim specification §11.1), on one line. */
export function literal(text: string): string {
  return text.replaceAll(/[\\$]/g, '\\$&').replaceAll('\r', '\\r').replaceAll('\n', '\\n')
}

/** A regular expression that stands for this text alone, for use inside an expanded list. */
export function literalPattern(text: string): string {
  return literal(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
}

/**
 * Lines of a table for a linear search, `key: value` (Exim specification §9.3, lsearch). Keys are quoted where a bare
 * key would be taken for a comment or cut short.
 */
export function lsearchTable(entries: Iterable<readonly [key: string, value: string]>): string {
  return [...entries]
    .map(([key, value]) => {
      const word = /^[\w.+@-]+$/.test(key) ? key : `"${key.replaceAll(/["\\]/g, '\\$&')}"`
      return `${word}:${value === '' ? '' : ` ${value}`}\n`
    })
    .join('')
}

/** A linear search in a table (Exim specification §9.3); `found` and `otherwise` are its results, in braces. */
export function lsearch(key: string, path: string, found: string, otherwise: string): string {
  return `\${lookup{${key}}lsearch{${path}}${found}${otherwise}}`
}
