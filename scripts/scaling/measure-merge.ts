import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Documents, writeDocuments } from './documents.ts'

export interface Merged {
  documents: number
  tests: number
  /** Until all are read and joined. */
  joinSeconds: number
  /** Until the report is written. */
  seconds: number
  /** The most memory the process had. */
  mebibytes: number
  /** Of the page. */
  megabytes: number
}

/** Writes the documents of so many shards, and has a process of its own join them and write their report. */
export async function measureMerge(documents: Documents): Promise<Merged> {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-merge-'))
  try {
    writeDocuments(folder, documents)
    const program = fileURLToPath(new URL('./merge.ts', import.meta.url))
    const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    return JSON.parse(await text(child.stdout)) as Merged
  } finally {
    await rm(folder, { recursive: true })
  }
}
