/** ESMTP parameters, upper-case keyword → value as transferred (xtext not decoded), `true` where there is none. */
export type Parameters = Record<string, string | true>

export interface PathCommand {
  /** The mailbox as transferred, without angle brackets and source route; `''` for the null reverse-path. */
  address: string
  parameters: Parameters
  /** A keyword that came twice. */
  duplicate?: string
}

/** A keyword and its value (RFC 5321 §4.1.2 esmtp-param; RFC 6531 §3.3 lets UTF-8 in). */
const PARAMETER = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\x00-\x20=\x7f][^\x00-\x20\x7f]*)?)?$/
const QUOTED = '"(?:[^"\\\\\\x00-\\x1f\\x7f]|\\\\[\\x20-\\x7e])*"'
const PATH = new RegExp(`^<((?:${QUOTED}|[^<>"\\x00-\\x20\\x7f])*)>(?:\\s+(.*))?$`, 's')
const SOURCE_ROUTE = /^@[^\s,:@]+(?:,@[^\s,:@]+)*:/

/**
 * Reads `MAIL FROM:<reverse-path> …` or `RCPT TO:<forward-path> …` (RFC 5321 §4.1.1.2, §4.1.1.3) without changing an
 * octet of the address: quoted local parts, letter case and A-labels stay as they came.
 *
 * @param verb `MAIL FROM` or `RCPT TO`.
 * @returns undefined where the syntax is wrong.
 */
export function readPathCommand(verb: string, line: string): PathCommand | undefined {
  const colon = line.indexOf(':')
  if (colon === -1 || line.slice(0, colon).trim().toUpperCase() !== verb.toUpperCase()) return undefined
  // Blanks after the colon are wrong and common.
  const match = PATH.exec(line.slice(colon + 1).trim())
  if (!match) return undefined
  const address = (match[1] ?? '').replace(SOURCE_ROUTE, '')
  if (!isMailbox(address)) return undefined

  const parameters: Parameters = {}
  let duplicate: string | undefined
  for (const word of (match[2] ?? '').split(/\s+/).filter((part) => part !== '')) {
    const parameter = PARAMETER.exec(word)
    if (!parameter) return undefined
    const keyword = (parameter[1] ?? '').toUpperCase()
    if (keyword in parameters) duplicate = keyword
    parameters[keyword] = parameter[2] ?? true
  }
  return { address, parameters, ...(duplicate !== undefined && { duplicate }) }
}

/** Empty, `postmaster`, or something before and after the last `@`. The syntax within is the client's business. */
function isMailbox(address: string): boolean {
  if (address === '' || address.toLowerCase() === 'postmaster') return true
  const at = address.lastIndexOf('@')
  return at > 0 && at < address.length - 1
}
