import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from './run-command.ts'

const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { bin: Record<string, string> }

it('has git keep each command as an executable file: npm makes it one, and a fresh checkout would be dirty', ({
  skip,
}) => {
  skip(!existsSync(join(ROOT, '.git')), 'this is no git checkout')
  // Octal mode, object, stage, a tab and the path: git-ls-files(1), --stage.
  const kept = execFileSync('git', ['ls-files', '--stage', ...Object.values(bin)], { cwd: ROOT, encoding: 'utf8' })
  const modes = kept
    .trimEnd()
    .split('\n')
    .map((line) => [line.split('\t')[1], line.slice(0, 6)])
  expect(Object.fromEntries(modes)).toEqual(Object.fromEntries(Object.values(bin).map((file) => [file, '100755'])))
})
