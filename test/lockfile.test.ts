import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from './run-command.ts'

interface Lockfile {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>
}

// npm leaves out what a registry would not give it on the day of the writing, and `npm ci` then refuses the file.
it('the lockfile has every optional dependency, those of other platforms included', async () => {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile
  const named = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  )
  expect(named.length).toBeGreaterThan(20)
  const missing = named.filter(
    ({ path, name }) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
  )
  expect(missing).toEqual([])
})
