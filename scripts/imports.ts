import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** A file of src/ and the files of src/ that it imports, for types alone too; all from src/. */
export interface SourceFile {
  file: string
  imports: string[]
}

const IMPORT = /(?:\bfrom|\bimport|\bimport\() ?'(\.{1,2}\/[^']+)'/g

/** What files import of their neighbours. Test files are no part of the structure. */
export function importsOf(folder: string, files: readonly string[]): SourceFile[] {
  return files
    .filter((file) => !/\.test\.ts$/.test(file))
    .map((file) => ({ file, imports: importsIn(file, readFileSync(join(folder, file), 'utf8')) }))
}

export function importsIn(file: string, source: string): string[] {
  const found = [...source.matchAll(IMPORT)].map(([, path = '']) => posix.join(posix.dirname(file), path))
  return [...new Set(found)]
}
