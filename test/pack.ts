import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../src/engine/lock.ts'
import { ROOT, start } from './run-command.ts'

/** Packs what `npm publish` would send. @returns the path of the tarball, in `folder`. */
export async function packInto(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  // It builds first, in the one folder dist/.
  await withLock('pack', { timeoutMs: 120_000 }, () =>
    succeed('npm', ['pack', '--json', '--pack-destination', folder], ROOT),
  )
  return join(folder, `mailrig-${version}.tgz`)
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
export async function asLocked(name: string): Promise<string> {
  const text = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
  return `${name}@${(JSON.parse(text) as { version: string }).version}`
}
