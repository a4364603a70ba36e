import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { changedLines } from './changed-lines.ts'

const run = promisify(execFile)

it('tells which lines differ from a commit, in a folder of a repository, and what is wrong with a commit', async () => {
  const root = await mkdtemp(join(tmpdir(), 'mailrig-since-'))
  try {
    const etc = join(root, 'etc')
    await mkdir(etc)
    const git = (...args: string[]) =>
      run('git', ['-C', root, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args])
    await git('init', '--quiet')
    await writeFile(join(etc, 'main.cf'), 'a = 1\nb = 2\nc = 3\n')
    await writeFile(join(root, 'other'), 'x\n')
    await git('add', '.')
    await git('commit', '--quiet', '--message', 'first')
    await writeFile(join(etc, 'main.cf'), 'a = 1\nb = 3\nc = 3\nd = 4\n')
    await writeFile(join(root, 'other'), 'y\n')
    await writeFile(join(etc, 'virtual'), 'k v\n')
    const changed = await changedLines(etc, 'HEAD')
    expect([...changed].map(([path, lines]) => [path, [...lines]])).toEqual([
      ['main.cf', [2, 4]],
      ['virtual', [1, 2]],
    ])
    await expect(changedLines(etc, 'no-such-commit')).rejects.toThrow(/--since no-such-commit: fatal/)
    await expect(changedLines(etc, '--output=x')).rejects.toThrow('--since is a commit of git, not "--output=x"')
  } finally {
    await rm(root, { recursive: true })
  }
})
