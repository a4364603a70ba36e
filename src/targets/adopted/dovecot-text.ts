import { posix } from 'node:path'
import { below, type Place, type SourceTree, textOf } from './source-tree.ts'

/** One setting, or the opening of a section, in the order Dovecot reads them. */
export interface DovecotSetting {
  /** The sections it stands in, e.g. `['service auth', 'unix_listener /var/spool/postfix/private/auth']`. */
  sections: readonly string[]
  /** Absent where the line opens a section. */
  key?: string
  value: string
  at: Place
}

const MAIN = '/etc/dovecot/dovecot.conf'
/** Files that include each other end here. */
const DEPTH = 16

/** All settings of dovecot.conf and of what it includes, each with its file and line. Nothing is expanded. */
export function readDovecot(tree: SourceTree, path = MAIN): DovecotSetting[] {
  const settings: DovecotSetting[] = []
  include(tree, path, [], settings, 0)
  return settings
}

function include(
  tree: SourceTree,
  path: string,
  outer: readonly string[],
  into: DovecotSetting[],
  depth: number,
): void {
  const text = textOf(tree, path)
  if (text === undefined || depth > DEPTH) return
  const sections = [...outer]
  let goesOn = ''
  let begun = 0
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (goesOn === '') begun = index + 1
    const whole = goesOn + raw
    if (/\\$/.test(whole)) {
      goesOn = `${whole.slice(0, -1).trimEnd()} `
      continue
    }
    goesOn = ''
    const line = withoutComment(whole).trim()
    const at = { file: path, line: begun }
    const [, pattern] = /^!include(?:_try)?\s+(.*)$/.exec(line) ?? []
    if (line === '') continue
    if (pattern !== undefined) {
      for (const file of included(tree, path, pattern)) include(tree, file, sections, into, depth + 1)
    } else if (line === '}') sections.pop()
    else if (/\{\s*\}?$/.test(line) && !/^[\w/]+\s*=/.test(line)) {
      const name = line.replace(/\s*\{\s*\}?$/, '').replace(/\s+/g, ' ')
      sections.push(name)
      into.push({ sections: [...sections], value: '', at })
      if (line.endsWith('}')) sections.pop()
    } else {
      const [, key, value] = /^([^\s=]+)\s*=\s*(.*)$/.exec(line) ?? []
      if (key !== undefined && value !== undefined)
        into.push({ sections: [...sections], key, value: unquoted(value), at })
    }
  }
}

function withoutComment(line: string): string {
  let quote = ''
  for (let index = 0; index < line.length; index += 1) {
    const char = line[index] ?? ''
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if (char === '#' && (index === 0 || /\s/.test(line[index - 1] ?? ''))) return line.slice(0, index)
  }
  return line
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? /^'(.*)'$/.exec(value)?.[1] ?? value
}

function included(tree: SourceTree, from: string, pattern: string): string[] {
  const absolute = posix.resolve(posix.dirname(from), pattern)
  if (!/[*?[]/.test(absolute)) return [absolute]
  const expression = new RegExp(
    `^${absolute
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  )
  return below(tree, posix.dirname(absolute)).filter((path) => expression.test(path))
}

/** Settings of one name, wherever they stand; the last counts. */
export function settingsOf(settings: readonly DovecotSetting[], key: string): DovecotSetting[] {
  return settings.filter((setting) => setting.key === key)
}

/** What stands in sections of one kind, e.g. `passdb`: one list a section. */
export function sectionsOf(
  settings: readonly DovecotSetting[],
  kind: string,
): { name: string; at: Place; settings: DovecotSetting[] }[] {
  const found: { name: string; at: Place; settings: DovecotSetting[] }[] = []
  for (const setting of settings) {
    const last = setting.sections.at(-1) ?? ''
    if (setting.key === undefined && (last === kind || last.startsWith(`${kind} `))) {
      found.push({ name: last.slice(kind.length + 1), at: setting.at, settings: [] })
    } else if (setting.sections.some((name) => name === kind || name.startsWith(`${kind} `))) {
      found.at(-1)?.settings.push(setting)
    }
  }
  return found
}
