import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors/mailrig-error.ts'
import { shardName } from '../shards/shard.ts'
import { fromJournal } from './from-journal.ts'
import { readEntries } from './journal.ts'
import { type RunDocument, runDocument } from './run-document.ts'
import type { NamedRun } from './shards-together.ts'

/**
 * A document, or what a run left that was ended before: `unfinished` is there then, and what was not run is among the
 * scenarios.
 *
 * @throws {InputError} NO_RUN where there is no such file, BAD_RUN where it is none of a run
 */
export async function readRun(path: string): Promise<RunDocument> {
  const remedy = 'Run the scenarios first, or give the run.json that `mailrig run --report` wrote.'
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const isFolder = cause.code === 'EISDIR'
    throw new InputError(`cannot read ${path}: ${isFolder ? 'it is a folder' : cause.message}`, {
      code: 'NO_RUN',
      remedy: isFolder ? `Name a file, such as ${join(path, 'run.json')}.` : remedy,
      cause,
    })
  })
  try {
    return parseRun(text)
  } catch (cause) {
    throw new InputError(`${path} is not a record of a run`, { code: 'BAD_RUN', remedy, cause })
  }
}

function parseRun(text: string): RunDocument {
  const whole = parsed(text)
  if (whole !== undefined) {
    const run = runDocument.parse(whole)
    return run.unfinished ? fromJournal(run, [], whyNot(run)) : run
  }
  const [head = '', ...lines] = text.split('\n')
  const run = runDocument.parse(JSON.parse(head))
  if (!run.unfinished) throw new SyntaxError('more stands behind the document')
  return fromJournal(run, readEntries(lines), whyNot(run))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // One JSON document a line.
    return undefined
  }
}

function whyNot({ shard }: RunDocument): string {
  return `not run: ${shard === undefined ? 'the run' : `shard ${shardName(shard)}`} was ended before it came to this`
}

/** One after the other: the text of one is gone before the next is read. */
export async function readRuns(paths: readonly string[]): Promise<NamedRun[]> {
  const runs: NamedRun[] = []
  for (const path of paths) runs.push({ path, run: await readRun(path) })
  return runs
}
