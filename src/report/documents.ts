import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Behaviour, behaviourOf } from './behaviour.ts'
import { diffBehaviour } from './diff-behaviour.ts'
import type { Matrix } from './matrix.ts'
import { renderAuthentication } from './render-authentication.ts'
import { renderBehaviour } from './render-behaviour.ts'
import { renderCoverage } from './render-coverage.ts'
import { onlyProjects, type RunDocument } from './run-document.ts'

/** The documents that `mailrig report` makes, by name. Those of another matrix have its suffix in their files' names. */
export type Documents = Record<'behaviour.json' | 'behaviour.md' | 'authentication.md' | 'coverage.md', string>

/** Says nothing of projects that are not of the matrix. */
export function documentsOf(whole: RunDocument, known: readonly string[]): Documents {
  const run = onlyProjects(whole, known)
  const behaviour = behaviourOf(run, known)
  return {
    'behaviour.json': `${JSON.stringify(behaviour, null, 2)}\n`,
    'behaviour.md': renderBehaviour(behaviour),
    'authentication.md': renderAuthentication(behaviour),
    'coverage.md': renderCoverage(run, known),
  }
}

/** The documents as they lie in the folder; those that are not there are left out. */
export async function readDocuments(folder: string, { suffix }: Matrix): Promise<Partial<Documents>> {
  const names = ['behaviour.json', 'behaviour.md', 'authentication.md', 'coverage.md'] as const
  const texts = await Promise.all(
    names.map((name) => readFile(join(folder, fileName(name, suffix)), 'utf8').catch(() => undefined)),
  )
  return Object.fromEntries(names.flatMap((name, index) => (texts[index] === undefined ? [] : [[name, texts[index]]])))
}

/** @returns the names of the files. */
export async function writeDocuments(folder: string, { suffix }: Matrix, documents: Documents): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const files = Object.entries(documents).map(([name, text]): [string, string] => [fileName(name, suffix), text])
  await Promise.all(files.map(([name, text]) => writeFile(join(folder, name), text)))
  return files.map(([name]) => name)
}

/** `behaviour.md`, `-wide` → `behaviour-wide.md` */
function fileName(name: string, suffix: string): string {
  return name.replace('.', `${suffix}.`)
}

/**
 * In what the committed documents differ from those of a run, one line each; empty when they are up to date.
 *
 * The versions of the servers do not count: an update of a package that changes nothing else leaves the documents true.
 * So behaviour.json is compared by its rows, and behaviour.md with what its own behaviour.json says.
 */
export function stale(committed: Partial<Documents>, fresh: Documents, { suffix }: Pick<Matrix, 'suffix'>): string[] {
  const named = (name: keyof Documents) => fileName(name, suffix)
  const absent = (Object.keys(fresh) as (keyof Documents)[]).filter((name) => committed[name] === undefined)
  if (absent.length > 0) return absent.map((name) => `${named(name)} is not there`)
  const before = parseBehaviour(committed['behaviour.json'])
  if (!before) return [`${named('behaviour.json')} is not what mailrig wrote`]
  const changes = diffBehaviour(before, JSON.parse(fresh['behaviour.json']) as Behaviour)
  return [
    ...changes,
    ...(changes.length === 0 && order(before) !== order(JSON.parse(fresh['behaviour.json']) as Behaviour)
      ? [`${named('behaviour.json')} has its rows in another order`]
      : []),
    ...(renderBehaviour(before) === committed['behaviour.md']
      ? []
      : [`${named('behaviour.md')} does not say what ${named('behaviour.json')} says`]),
    ...(renderAuthentication(before) === committed['authentication.md']
      ? []
      : [`${named('authentication.md')} does not say what ${named('behaviour.json')} says`]),
    ...(fresh['coverage.md'] === committed['coverage.md']
      ? []
      : [`${named('coverage.md')} is not what this run covers`]),
  ]
}

/** Undefined for what is no such document, e.g. after a bad merge. */
export function parseBehaviour(text: string | undefined): Behaviour | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '')
    const whole = typeof parsed === 'object' && parsed !== null && 'rows' in parsed && 'versions' in parsed
    return whole ? (parsed as Behaviour) : undefined
  } catch {
    return undefined
  }
}

function order({ rows }: Behaviour): string {
  return JSON.stringify(rows.map(({ scenario, name }) => [scenario, name]))
}
