// Writes docs/errors.md, for `npm run docs`. The causes and remedies stand in src/errors/error-codes.ts;
// class, exit code and message come from the places in src/ where the errors are made.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ERROR_CODES, type ErrorCode } from '../src/errors/error-codes.ts'
import { EXIT } from '../src/errors/mailrig-error.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A place in src/ where an error with this code is made. */
interface Place {
  code: string
  /** From the root of the repository. */
  file: string
  /** Of the error. */
  errorClass: string
  /** The first line of its message, with `…` for what varies; undefined where the message is made elsewhere. */
  message: string | undefined
  /** Where it is not the one of its class. */
  exitCode: string | undefined
}

/** The rooms of src/, as the page has them. */
const SECTIONS: [heading: string, folders: RegExp][] = [
  ['Topologies', /^src\/topology\//],
  ['Session files', /^src\/(?:session-file|play|record)\//],
  ['The command line', /^src\/(?:cli|report|check|shards)\//],
  ["A user's own configuration", /^src\/targets\//],
  ['The container engine', /^src\/engine\//],
  ['Servers', /^src\/servers\//],
  ['Load', /^src\/load\//],
  ['Faults', /^src\/faults\//],
  ['Sessions and messages', /^src\/session\//],
  ['Mailboxes', /^src\/mailbox\//],
  ['Rigs, upstreams, tests', /^src\/(?:rig|dns|upstream|filters|mail-auth|mutate|vitest|errors)\//],
]

const EXIT_CODES: Record<string, string> = { InputError: '2', EngineError: '3' }

/** Every place, file by file. */
export function placesOfErrors(): Place[] {
  const files = globSync('src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('error-codes.ts'))
    .sort()
  return files.flatMap((file) => placesIn(file, readFileSync(join(ROOT, file), 'utf8')))
}

function placesIn(file: string, source: string): Place[] {
  // A function of the file that takes message and code, and makes the error.
  const helpers = new Map(
    [...source.matchAll(/\bfunction (\w+)\([^)]*\bErrorCode\b.*?\bnew (\w+)\(/gs)].map(
      ([, name = '', errorClass = '']): [string, string] => [name, errorClass],
    ),
  )
  const calls = [...source.matchAll(/\bnew (\w+)\(|\bclass (\w+) extends \w+|\bsuper\(|(?<!function )\b(\w+)\(/g)]
  return [...source.matchAll(/\bcode: (?:known\?\.code \?\? )?'([A-Z_0-9]+)'/g)].flatMap(({ 1: code = '', index }) => {
    const made = calls.filter((call) => call.index < index)
    const classOf = ([, created, declared, helper = '']: RegExpExecArray) => {
      const name = created ?? declared ?? helpers.get(helper)
      return isErrorClass(name) ? name : undefined
    }
    const errorClass = made.map(classOf).findLast((name) => name !== undefined)
    const known = errorClass ?? (code === 'UNEXPECTED' ? 'MailrigError' : undefined)
    // DNS and the SMTP engine have codes of their own.
    if (known === undefined || !(code in ERROR_CODES)) return []
    const call = made.findLast((one) => one[0] === 'super(' || (one[2] === undefined && classOf(one) !== undefined))
    const message = call && messageAt(source, call.index + call[0].length)
    const exit = /^[^\n]*\n\s*exitCode: EXIT\.(\w+),/.exec(source.slice(index))?.[1]
    return [{ code, file, errorClass: known, message, exitCode: exit && String(EXIT[exit as keyof typeof EXIT]) }]
  })
}

function isErrorClass(name: string | undefined): boolean {
  return name !== undefined && (/Error$/.test(name) || name === 'PlayFailure') && !['Error', 'TypeError'].includes(name)
}

/** The literal that begins at this place, its first line. */
function messageAt(source: string, index: number): string | undefined {
  const rest = source.slice(index).trimStart().replace(/^\[/, '')
  const quote = rest[0] ?? ''
  if (!['`', "'", '"'].includes(quote)) return undefined
  let text = ''
  let depth = 0
  for (let at = 1; at < rest.length; at += 1) {
    const char = rest[at] ?? ''
    if (depth > 0) depth += char === '{' ? 1 : char === '}' ? -1 : 0
    else if (char === quote) break
    else if (quote === '`' && rest.startsWith('${', at)) {
      text += '…'
      depth = 1
      at += 1
    } else if (char === '\\') {
      if (rest[at + 1] === 'n') break
      text += rest[at + 1] ?? ''
      at += 1
    } else text += char
  }
  // What is left without words tells nobody anything.
  return /[a-z]{3}/.test(text) ? text.replaceAll(/…+/g, '…') : undefined
}

export function errorsPage(): string {
  const places = placesOfErrors()
  const sections = SECTIONS.map(([heading, folders]) => {
    const codes = Object.keys(ERROR_CODES)
      .filter((code) => folders.test(places.find((place) => place.code === code)?.file ?? ''))
      .sort()
    return `## ${heading}\n\n${codes.map((code) => entry(code as ErrorCode, places)).join('\n')}`
  })
  return `${HEAD}\n${sections.join('\n')}`
}

const HEAD = `# Errors

Made by \`npm run docs\`; do not edit. Every error of mailrig says what was expected and what came,
and then what to do. It has a *code*, in \`error.code\`, which stays the same from version to version. This page has all
codes. To find one by its message, search this page for some words of it; \`…\` stands for what varies. To find one by
what you see, read [troubleshooting.md](troubleshooting.md).

The exit code is that of the command which the error ends. A test that fails by an error ends the run with 1.
`

function entry(code: ErrorCode, places: readonly Place[]): string {
  const { cause, remedy } = ERROR_CODES[code]
  const own = places.filter((place) => place.code === code)
  const classes = [...new Set(own.map(({ errorClass }) => errorClass))]
  const messages = [...new Set(own.flatMap(({ message }) => message ?? []))].sort()
  const exits = [...new Set(own.map(({ exitCode, errorClass }) => exitCode ?? exitCodeOf(errorClass)))]
    .sort()
    .join(' or ')
  const exit = code === 'CONTAINER_EXITED' ? '2, or 3 where it was killed' : exits
  return [
    `### ${code}`,
    '',
    `\`${classes.join('`, `')}\`, exit code ${exit}`,
    '',
    ...messages.map((message) => `> ${message.replaceAll(/([<>*_|])/g, '\\$1')}\n`),
    `**Why:** ${cause}`,
    '',
    `**What to do:** ${remedy}`,
    '',
  ].join('\n')
}

/** From the class it extends, in the end: wrong input 2, the engine 3, all others 1. */
function exitCodeOf(errorClass: string): string {
  const own = EXIT_CODES[errorClass]
  if (own !== undefined) return own
  const parent = parents().get(errorClass)
  return parent === undefined ? '1' : exitCodeOf(parent)
}

let parentOf: Map<string, string> | undefined
function parents(): Map<string, string> {
  parentOf ??= new Map(
    globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bclass (\w+) extends (\w+)/g)].map(
        ([, name = '', parent = '']): [string, string] => [name, parent],
      ),
    ),
  )
  return parentOf
}

if (import.meta.main) writeFileSync(join(ROOT, 'docs/errors.md'), errorsPage())
