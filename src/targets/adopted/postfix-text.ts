import type { Place } from './source-tree.ts'

/** One setting as main.cf has it; the last of a name counts (postconf(5)). */
export interface PostfixSetting {
  name: string
  value: string
  at: Place
}

/** One line of master.cf with those that belong to it (master(5)). */
export interface PostfixService {
  name: string
  type: string
  /** `y`, `n` or `-`, which is `n` since Postfix 3.0. */
  chroot: string
  command: string
  arguments: readonly string[]
  /** `-o name=value`. */
  overrides: ReadonlyMap<string, string>
  /** Where each of these stands, where it can be told apart from the service. */
  overridesAt: ReadonlyMap<string, Place>
  at: Place
}

/** Lines that are no setting: `missing '='` ends Postfix. */
export interface PostfixText {
  settings: readonly PostfixSetting[]
  broken: readonly { text: string; at: Place }[]
}

interface LogicalLine {
  text: string
  line: number
  /** The lines it is made of, and their numbers. */
  parts: { text: string; line: number }[]
}

/** Lines with those that go on in the next, without comments (postconf(5), "multi-line"). */
function logicalLines(text: string): LogicalLine[] {
  const lines: LogicalLine[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const last = lines.at(-1)
    const part = { text: line.trim(), line: index + 1 }
    if (/^\s/.test(line) && last) {
      last.text += ` ${part.text}`
      last.parts.push(part)
    } else lines.push({ ...part, parts: [part] })
  }
  return lines
}

export function parseMainCf(text: string, file = '/etc/postfix/main.cf'): PostfixText {
  const settings: PostfixSetting[] = []
  const broken: { text: string; at: Place }[] = []
  for (const { text: content, line } of logicalLines(text)) {
    const at = { file, line }
    const [, name, value] = /^([^\s=]+)\s*=\s*(.*)$/s.exec(content) ?? []
    if (name === undefined || value === undefined) broken.push({ text: content, at })
    else settings.push({ name, value: value.trim(), at })
  }
  return { settings, broken }
}

export function parseMasterCf(text: string, file = '/etc/postfix/master.cf'): PostfixService[] {
  return logicalLines(text).flatMap(({ text: content, line, parts }) => {
    const [name, type, , , chroot, , , command, ...rest] = content.split(/\s+/)
    if (name === undefined || type === undefined || chroot === undefined || command === undefined) return []
    const overrides = overridesIn(content)
    const overridesAt = new Map(
      parts.flatMap((part) =>
        [...overridesIn(part.text).keys()].map((key) => [key, { file, line: part.line }] as const),
      ),
    )
    return [{ name, type, chroot, command, arguments: rest, overrides, overridesAt, at: { file, line } }]
  })
}

function overridesIn(content: string): Map<string, string> {
  const overrides = new Map<string, string>()
  for (const [, braced, plain] of content.matchAll(/-o\s+(?:\{\s*([^}]*?)\s*\}|(\S+))/g)) {
    const [, name, value] = /^([^\s=]+)\s*=\s*(.*)$/s.exec(braced ?? plain ?? '') ?? []
    if (name !== undefined && value !== undefined) overrides.set(name, value)
  }
  return overrides
}

/** Lookup tables in a value: `hash:/etc/postfix/virtual` (DATABASE_README). */
export interface TableReference {
  type: string
  /** A path, an address, or for `static` and `inline` the data. */
  name: string
}

const TABLE_TYPES =
  'btree|cdb|cidr|dbm|environ|fail|hash|inline|internal|ldap|lmdb|memcache|mongodb|mysql|netinfo|nis|nisplus|pcre|pgsql|pipemap|proxy|randmap|regexp|sdbm|socketmap|sqlite|static|tcp|texthash|unionmap|unix'
const TABLE = new RegExp(`(?:^|[\\s,{])(?:proxy:)?(${TABLE_TYPES}):(\\{[^}]*\\}|[^\\s,}]+)`, 'g')

export function tablesIn(value: string): TableReference[] {
  return [...value.matchAll(TABLE)].flatMap(([, type, name]) =>
    type === undefined || name === undefined || type === 'proxy' ? [] : [{ type, name }],
  )
}
