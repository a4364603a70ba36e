import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { type RunDocument, scenario, test } from './run-document.ts'
import { rigRecord } from './test-record.ts'

/**
 * A document of a run that is under way: its first line is a document without scenarios, which says by `unfinished` what
 * is to be run. Each line after it says what has ended since. It is at the place of the document, which takes its place
 * when the run ends: of a run that was killed there is what had ended.
 */
export const journalEntry = z.union([
  /** The tests of a file are known. */
  z.object({ project: z.string(), file: z.string(), tests: z.array(z.object({ id: z.string(), name: z.string() })) }),
  /** One of them has ended. */
  z.object({
    project: z.string(),
    file: z.string(),
    id: z.string(),
    test,
    rigs: z.record(z.string(), rigRecord).optional(),
  }),
  /** All of them have. */
  z.object({ project: z.string(), scenario }),
])

export type JournalEntry = z.infer<typeof journalEntry>

/** Writes a journal; never throws but when it is opened. Each line is one write: what was killed cuts the last at most. */
export class Journal {
  readonly #file: number
  #failed: Error | undefined

  /** @throws where the file cannot be written */
  constructor(path: string, head: RunDocument) {
    mkdirSync(dirname(path), { recursive: true })
    // Whoever has the document of the run before open goes on reading that one.
    const beside = `${path}.${process.pid}`
    this.#file = openSync(beside, 'w')
    writeSync(this.#file, `${JSON.stringify(head)}\n`)
    renameSync(beside, path)
  }

  add(entry: JournalEntry): void {
    if (this.#failed) return
    try {
      writeSync(this.#file, `${JSON.stringify(entry)}\n`)
    } catch (error) {
      // The document at the end of the run says so, if the folder is still full.
      this.#failed = error as Error
    }
  }

  close(): void {
    closeSync(this.#file)
  }
}

/**
 * @param lines those after the first
 * @throws where one is no entry; the last may be cut
 */
export function readEntries(lines: readonly string[]): JournalEntry[] {
  return lines.flatMap((line, index) => {
    if (line === '') return []
    try {
      return [journalEntry.parse(JSON.parse(line))]
    } catch (error) {
      if (index === lines.length - 1) return []
      throw error
    }
  })
}
