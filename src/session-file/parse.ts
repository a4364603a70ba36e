import type { TopologyInput } from '../topology/schema.ts'
import { parseTopology } from '../topology/topology.ts'
import type { PlacedProblem } from '../yaml/place.ts'
import { checkNames } from './check-names.ts'
import { readDialogue } from './dialogue.ts'
import { readFrontMatter } from './front-matter.ts'
import { Misread } from './misread.ts'
import { SessionFileError } from './session-file-error.ts'
import type { FrontMatter, SessionFile } from './statement.ts'

/** Characters; a session file is written by a person. */
const LONGEST = 4_194_304

/**
 * Reads a session file.
 *
 * @param path names it in errors
 * @throws {SessionFileError} naming line and column, what was found and what was expected
 */
export function parseSessionFile(source: string, path: string): SessionFile {
  if (source.length > LONGEST) {
    const message = `found ${source.length} characters, expected at most ${LONGEST}`
    throw new SessionFileError(path, '', [{ place: { line: 1, column: 1 }, message }])
  }
  const text = source.replace(/^\ufeff/, '')
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  const problems: PlacedProblem[] = []
  const { front, after } = readFront(lines, problems)
  const statements = collect(problems, () => readDialogue(lines.slice(after), after + 1)) ?? []
  if (problems.length === 0) {
    const topology = parseTopology(front.topology as TopologyInput)
    collect(problems, () => checkNames(statements, topology))
  }
  if (problems.length > 0) throw new SessionFileError(path, text, problems)
  return { path, front, statements }
}

function readFront(lines: string[], problems: PlacedProblem[]): { front: FrontMatter; after: number } {
  if (lines[0]?.trimEnd() !== '---') return { front: { topology: {} }, after: 0 }
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---')
  if (end === -1) {
    problems.push({
      place: { line: 1, column: 1 },
      message: 'found front matter that does not end, expected another line "---"',
    })
    return { front: { topology: {} }, after: lines.length }
  }
  const read = readFrontMatter(lines.slice(1, end).join('\n'), 2)
  problems.push(...read.problems)
  return { front: read.front, after: end + 1 }
}

function collect<T>(problems: PlacedProblem[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Misread)) throw error
    problems.push({ place: error.place, message: error.message })
    return undefined
  }
}
