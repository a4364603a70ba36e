import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ROOT } from './run-command.ts'

/** Whoever owns nothing, and has no home. */
export const NOBODY = 65534

/** Why a command of this checkout cannot be run as somebody else; undefined where it can. */
export function notForOthers(): string | undefined {
  const closed = foldersOf(ROOT).find((folder) => (statSync(folder).mode & 0o005) !== 0o005)
  return closed === undefined ? undefined : `only its owner can read ${closed}`
}

function foldersOf(path: string): string[] {
  const above = dirname(path)
  return above === path ? [path] : [path, ...foldersOf(above)]
}
