import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../src/engine/lock.ts'
import { ROOT, start } from './run-command.ts'
import { sharedFolder } from './shared-folder.ts'

/** What `npm publish` would send, packed once for all tests of a run. @returns the path of the tarball. */
export async function packed(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const folder = await once('packed', async (empty) => {
    await succeed('npm', ['pack', '--json', '--pack-destination', empty], ROOT)
  })
  return join(folder, `mailrig-${version}.tgz`)
}

/**
 * Installs the packed package into the project of a folder, vitest and TypeScript beside it, as they are locked here. What
 * npm has unpacked for one test it finds there for the next, as links to the same files; it looks at all of it again.
 */
export async function installPacked(folder: string, ...args: string[]): Promise<void> {
  const packages = [await packed(), await asLocked('vitest')]
  const installed = await once('installed', async (empty) => {
    await npmInstall(empty, ...packages, await asLocked('typescript'))
  })
  const [from, to] = [installed, folder].map((where) => join(where, 'node_modules'))
  if (from === undefined || to === undefined) throw new Error('two folders give two paths')
  await succeed('cp', ['-al', from, to], ROOT)
  // The one file that npm writes in place, where it would be written for all.
  const list = '.package-lock.json'
  await rm(join(to, list))
  await copyFile(join(from, list), join(to, list))
  await npmInstall(folder, ...args, ...packages)
  await npmInstall(folder, '--no-save', await asLocked('typescript'))
}

/** A folder that is filled by whoever comes first in a run; to be read only. */
async function once(name: string, fill: (empty: string) => Promise<void>): Promise<string> {
  const folder = join(sharedFolder(process.ppid), name)
  // Not only for tests of this run: to pack is to build first, in the one folder dist/.
  await withLock(`tests-${name}`, { timeoutMs: 600_000 }, async () => {
    if (existsSync(folder)) return
    const part = `${folder}.part`
    await rm(part, { recursive: true, force: true })
    await mkdir(part, { recursive: true })
    await fill(part)
    await rename(part, folder)
  })
  return folder
}

/** Runs a command that has to end well. @returns what it wrote to stdout. */
async function succeed(command: string, args: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await start(command, args, { cwd }).outcome
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`)
  return stdout
}

/** Installs packages into the project of a folder, from npm's cache as far as it has them. */
export async function npmInstall(folder: string, ...args: string[]): Promise<void> {
  await succeed('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...args], folder)
}

/** `name@version` of a package as it is locked here. */
async function asLocked(name: string): Promise<string> {
  const text = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
  return `${name}@${(JSON.parse(text) as { version: string }).version}`
}
