import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mutateError } from './mutate-options.ts'

const run = promisify(execFile)

/** File, from the folder → the numbers of its lines that are not as they were, from 1. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number>>

/**
 * The lines of a folder's files that differ from a commit, as they are in the folder now; those of files that git does not
 * know yet are all new.
 *
 * @throws {InputError} MUTATE_OPTIONS where git does not know the folder or the commit.
 */
export async function changedLines(folder: string, ref: string): Promise<ChangedLines> {
  if (ref === '' || ref.startsWith('-')) throw mutateError(`--since is a commit of git, not ${JSON.stringify(ref)}`)
  const git = async (...args: string[]) => {
    const { stdout } = await run('git', ['-C', folder, '-c', 'core.quotePath=false', ...args], {
      maxBuffer: 64 * 1024 * 1024,
    }).catch((cause: Error & { stderr?: string }) => {
      const said = (cause.stderr ?? cause.message).trim().split('\n', 1).join('')
      throw mutateError(`--since ${ref}: ${said}`, `Name a commit of the repository that ${folder} is in.`)
    })
    return stdout
  }
  const diff = await git(
    'diff',
    '--no-ext-diff',
    '--no-color',
    '--unified=0',
    '--relative',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    ref,
    '--',
    '.',
  )
  const changed = linesOfDiff(diff)
  const fresh = (await git('ls-files', '--others', '--exclude-standard', '-z')).split('\0').filter(Boolean)
  for (const path of fresh) {
    const count = (await readFile(join(folder, path), 'utf8')).split('\n').length
    changed.set(path, new Set(Array.from({ length: count }, (_, index) => index + 1)))
  }
  return changed
}

/** What `git diff --unified=0` tells of the new side. */
export function linesOfDiff(diff: string): Map<string, Set<number>> {
  const changed = new Map<string, Set<number>>()
  let lines: Set<number> | undefined
  for (const line of diff.split('\n')) {
    const [, path] = /^\+\+\+ b\/(.*?)\t?$/.exec(line) ?? []
    if (path !== undefined) {
      lines = new Set()
      changed.set(path, lines)
    }
    const [, from, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    for (let index = 0; from !== undefined && index < Number(count); index += 1) lines?.add(Number(from) + index)
  }
  return changed
}
