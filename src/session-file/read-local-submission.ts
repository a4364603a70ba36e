import type { Cursor } from './cursor.ts'
import type { Head } from './head.ts'
import { Misread } from './misread.ts'
import { type Octets, printOctets, printString, readString, utf8 } from './octets.ts'
import { readFileName } from './read-outcome.ts'
import type { LocalSubmission } from './statement.ts'

const WORDS = ['as', 'exit', 'from'] as const

/**
 * `sendmail as www-data exit 0|67: -t "-f${host}"`. Lines that begin with "|" follow where no file is named.
 *
 * Arguments are words or texts in quotes, and reach the program as they are: no shell reads them.
 */
export function readLocalSubmission(cursor: Cursor, { place, servers }: Head): LocalSubmission {
  let user: string | undefined
  let exit: readonly number[] | undefined = [0]
  let file: string | undefined
  for (cursor.skipBlanks(); !cursor.done && cursor.next !== ':'; cursor.skipBlanks()) {
    const word = cursor.oneOf(WORDS, '":", or the word')
    cursor.skipBlanks()
    if (word === 'as') user = readUser(cursor)
    else if (word === 'exit') exit = readExit(cursor)
    else file = readFileName(cursor)
  }
  cursor.expect(':', '":" after sendmail')
  const submission = { kind: 'sendmail' as const, place, servers, arguments: readArguments(cursor) }
  return {
    ...submission,
    ...(user === undefined ? {} : { user }),
    ...(exit === undefined ? {} : { exit }),
    input: file === undefined ? { lines: [] } : { file },
  }
}

/** useradd(8): what an account may be called. */
function readUser(cursor: Cursor): string {
  return cursor.match(/[a-z_][a-z0-9_.-]{0,31}/y) ?? cursor.fail('the name of an account, such as www-data')
}

/** Undefined: `?`, whatever it is. */
function readExit(cursor: Cursor): readonly number[] | undefined {
  if (cursor.take('?')) return undefined
  const codes: number[] = []
  do {
    const place = cursor.place
    const digits = cursor.match(/\d{1,3}/y) ?? cursor.fail('an exit code, such as 0 or 0|67, or "?"')
    if (Number(digits) > 255) throw Misread.found(place, digits, 'an exit code from 0 to 255')
    codes.push(Number(digits))
  } while (cursor.take('|'))
  return codes
}

function readArguments(cursor: Cursor): Octets[] {
  const found: Octets[] = []
  for (cursor.skipBlanks(); !cursor.done; cursor.skipBlanks()) {
    const place = cursor.place
    const octets = cursor.next === '"' ? readString(cursor) : readWord(cursor)
    if (octets.some((part) => typeof part === 'string' && part.includes('\0'))) {
      throw Misread.found(place, 'an argument with NUL', 'an argument that a program can be given')
    }
    found.push(octets)
  }
  if (found.length === 0) cursor.fail('what sendmail(1) is to do, such as -t, or an address')
  return found
}

function readWord(cursor: Cursor): Octets {
  const word = cursor.match(/[^\s"\\$]+/y)
  if (word === undefined) cursor.fail('an argument, in quotes where it is more than a plain word')
  return [utf8(word)]
}

export function printLocalSubmission({ servers, user, exit, input, ...submission }: LocalSubmission): string[] {
  const words = [
    `sendmail${servers.length === 0 ? '' : `[${servers.join(',')}]`}`,
    user === undefined ? '' : `as ${user}`,
    exit?.join('|') === '0' ? '' : `exit ${exit?.join('|') ?? '?'}`,
    'file' in input ? `from ${printString([utf8(input.file)])}` : '',
  ]
  const lines = 'file' in input ? [] : input.lines.map(({ octets }) => `| ${printOctets(octets)}`)
  return [
    `${words.filter((word) => word !== '').join(' ')}: ${submission.arguments.map(printString).join(' ')}`,
    ...lines,
  ]
}
