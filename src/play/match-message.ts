import type { AuthenticationResults, Receipt } from '../mail-auth/authenticate.ts'
import { headerField } from '../message/header-fields.ts'
import { fromUtf8, type Octets, utf8 } from '../session-file/octets.ts'
import { find, printPattern } from '../session-file/pattern.ts'
import type { Condition } from '../session-file/statement.ts'
import type { Values } from '../session-file/variable.ts'

/** A message somewhere, as conditions see it. */
export interface FoundMessage {
  /** From field of what is stored, reverse-path of what was relayed. */
  from: string
  /** To field of what is stored, forward-paths of what was relayed. */
  to: readonly string[]
  subject: string
  /** IMAP flags, such as `\Seen`; none of what was relayed. */
  flags: readonly string[]
  content: Buffer
  /** What a milter was told beside. */
  macros?: Readonly<Record<string, string>>
  /** How it came to where it is, as far as that is known. */
  receipt: Receipt
  /** What a receiver finds, where a condition asks for it. */
  results?: AuthenticationResults
  fields: ReturnType<typeof import('../message/header-fields.ts').headerFields>
  /** One line for people. */
  shown: string
}

interface Known {
  values: Values
  files: ReadonlyMap<string, Buffer>
}

/** What is not as the conditions say, in words; undefined where all is. */
export function unlike(message: FoundMessage, conditions: readonly Condition[], known: Known): string | undefined {
  for (const condition of conditions) {
    const why = unlikeOne(message, condition, known)
    if (why !== undefined) return why
  }
  return undefined
}

function unlikeOne(message: FoundMessage, { field, header, is }: Condition, known: Known): string | undefined {
  if (is.kind === 'file') {
    // What stands before it is what the servers put there: trace fields (RFC 5321 §4.4).
    const wanted = known.files.get(is.file) ?? Buffer.alloc(0)
    const there = field === 'octets' ? message.content : bodyOf(message.content)
    const tail = there.subarray(Math.max(0, there.length - wanted.length))
    const fits = field === 'octets' ? tail.equals(wanted) : there.equals(wanted)
    return fits ? undefined : `the ${field} of ${message.shown} is not that of ${is.file}`
  }
  if (field === 'octets') {
    if (is.kind !== 'literal') return undefined
    const wanted = Buffer.from(octetsOf(is.octets, known.values), 'latin1')
    return message.content.includes(wanted) ? undefined : `${message.shown} does not have ${printPattern(is)}`
  }
  const texts = textsOf(message, field, header)
  if (field !== 'body' && is.kind === 'literal') {
    const wanted = fromUtf8(octetsOf(is.octets, known.values))
    if (texts.includes(wanted)) return undefined
  } else if (texts.some((text) => find(is, text, known.values) !== undefined)) return undefined
  const what = header === undefined ? field : field === 'macro' ? `macro ${header}` : `${header} field`
  const shown = field === 'body' ? '' : `: ${texts.map((text) => JSON.stringify(text)).join(', ') || 'there is none'}`
  return `the ${what} is not ${printPattern(is)}${shown}`
}

function textsOf(message: FoundMessage, field: Condition['field'], header: string | undefined): readonly string[] {
  switch (field) {
    case 'from':
      return [message.from]
    case 'to':
      return message.to
    case 'subject':
      return [message.subject]
    case 'flag':
      // A system flag with its backslash, and without, which is an escape in a file.
      return message.flags.flatMap((flag) => (flag.startsWith('\\') ? [flag, flag.slice(1)] : [flag]))
    case 'spf':
    case 'dkim':
    case 'dmarc':
    case 'arc':
      return [message.results?.[field] ?? 'none']
    case 'macro': {
      const value = message.macros?.[header ?? '']
      return value === undefined ? [] : [value]
    }
    case 'header': {
      const value = headerField(message.fields, header ?? '')
      return value === undefined ? [] : [value]
    }
    default:
      return [bodyOf(message.content).toString('utf8')]
  }
}

const LF = 0x0a
const CR = 0x0d

/** What stands behind the first empty line; a local delivery agent stores lines that end in LF. */
function bodyOf(content: Buffer): Buffer {
  for (let at = content.indexOf(LF); at !== -1; at = content.indexOf(LF, at + 1)) {
    if (content[at + 1] === LF) return content.subarray(at + 2)
    if (content[at + 1] === CR && content[at + 2] === LF) return content.subarray(at + 3)
  }
  return Buffer.alloc(0)
}

function octetsOf(octets: Octets, values: Values): string {
  return octets.map((part) => (typeof part === 'string' ? part : utf8(values.get(part.variable) ?? ''))).join('')
}
