import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MutantVerdict, TriedMutant } from './verdict.ts'

/** What is known of mutants, on disk, so that an interrupted run goes on where it was: one JSON document a line. */
export class Journal {
  readonly path: string
  readonly known: ReadonlyMap<string, MutantVerdict>

  private constructor(path: string, known: ReadonlyMap<string, MutantVerdict>) {
    this.path = path
    this.known = known
  }

  /**
   * @param folder where mailrig keeps things of a project, `.mailrig`
   * @param parts everything that the verdicts depend on: another text of a test is another journal
   * @param fresh forget what is there
   */
  static async open(folder: string, parts: readonly string[], fresh = false): Promise<Journal> {
    const key = createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 12)
    const path = join(folder, `mutate-${key}.jsonl`)
    await mkdir(folder, { recursive: true })
    if (fresh) await rm(path, { force: true })
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return ''
    })
    return new Journal(path, new Map(text.split('\n').flatMap(entryIn)))
  }

  async add({ mutant: { id }, result }: TriedMutant): Promise<void> {
    await appendFile(this.path, `${JSON.stringify({ id, result })}\n`)
  }
}

/** A process that was killed may have left half a line. */
function entryIn(line: string): [string, MutantVerdict][] {
  if (line === '') return []
  try {
    const { id, result } = JSON.parse(line) as { id: string; result: MutantVerdict }
    return [[id, result]]
  } catch {
    return []
  }
}
