import { type Change, exchanged } from '../change.ts'
import { openedNetworks, otherNumbers } from '../values.ts'

const DIRECTIVE = /^(?:action|bounce|ca|filter|include|listen|match|mta|pki|proc|queue|smtp|srs|table)\b/
/** Options of a directive that can go by themselves (smtpd.conf(5)). */
const OPTIONS =
  /\s(?:!?\s?for (?:any|local|domain (?:regex )?(?:<[^>]*>|\{[^}]*\}|\S+)|rcpt-to (?:regex )?(?:<[^>]*>|\{[^}]*\}|\S+))|!?\s?from (?:any|auth|local|socket|mail-from (?:<[^>]*>|\{[^}]*\}|\S+)|src (?:<[^>]*>|\{[^}]*\}|\S+))|!?\s?(?:auth|helo|mail-from|rcpt-to|tag) (?:<[^>]*>|\{[^}]*\}|"[^"]*")|tls-require(?: verify)?|tls|auth-optional|no-dsn|mask-src|verify|filter \S+|hostname \S+|alias <[^>]*>|virtual (?:<[^>]*>|\{[^}]*\})|helo \S+|protocols \S+)(?=\s|$)/g

/** smtpd.conf(5): a directive is dropped or loses an option, two rules swap, a number or a network is another. */
export function ruleChanges(text: string): Change[] {
  const lines = text.split('\n')
  const directives = lines.flatMap((line, index) =>
    DIRECTIVE.test(line) ? [{ line: index + 1, ...whole(lines, index) }] : [],
  )
  const matches = directives.filter(({ text: said }) => said.startsWith('match'))
  const swapped = matches.slice(1).flatMap((second, index): Change[] => {
    const first = matches[index]
    if (!first || first.text === second.text) return []
    return [
      {
        ...exchanged(lines, first, second),
        block: '',
        operator: 'swap',
        what: `“${second.text}” comes before “${first.text}”`,
      },
    ]
  })
  const own = directives.flatMap(({ line, count, text: said }): Change[] => {
    const place = { line, count, block: '' }
    return [
      { ...place, lines: [], operator: 'drop-rule', what: `“${said}” is dropped` },
      ...[...said.matchAll(OPTIONS)].map((match) => ({
        ...place,
        lines: [said.slice(0, match.index) + said.slice(match.index + match[0].length)],
        operator: 'drop-option',
        what: `“${said}” has no${match[0]}`,
      })),
      ...openedNetworks(said).map(({ value, operator, what }) => ({
        ...place,
        lines: [value],
        operator,
        what: `“${said}” ${what}`,
      })),
      ...lastNumber(said).map(({ value, operator, what }) => ({ ...place, lines: [value], operator, what })),
    ]
  })
  return [...own, ...swapped]
}

/** The number at the end of `smtp max-message-size 4096`. */
function lastNumber(said: string) {
  const [, before, number] = /^((?:smtp|queue|bounce|mta) .*\s)(\d+\w?)$/.exec(said) ?? []
  if (before === undefined || number === undefined) return []
  return otherNumbers(number).map((one) => ({
    ...one,
    value: before + one.value,
    what: `${before.trim()} ${one.what}`,
  }))
}

/** A directive with the lines that a backslash goes on in. */
function whole(lines: readonly string[], from: number): { text: string; count: number } {
  let text = ''
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (!line.endsWith('\\')) return { text: `${text}${line}`.trim(), count: index - from + 1 }
    text += `${line.slice(0, -1).trim()} `
  }
  return { text: text.trim(), count: lines.length - from }
}
