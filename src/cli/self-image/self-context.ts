import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TarInput } from '../../engine/tar.ts'
import { packageClosure } from './package-closure.ts'

/** mailrig's own folder; the same distance from src/ and from dist/. */
const OWN = fileURLToPath(new URL('../../../', import.meta.url))

/** What mailrig reads when it runs; of a checkout the sources, of a package what was built of them. */
const PARTS = ['package.json', 'bin', 'checks', 'docker', 'page', 'samples', 'src', 'dist']

/** What nobody runs: types, sources of sources, tests, documents, and copies for others. */
const LEFT_OUT = /(?:\.(?:md|map|markdown|test\.ts)|\.d\.[cm]?ts)$|[\\/](?:__tests__|\.github)[\\/]/i

export interface SelfContext {
  /** Beside the Dockerfile. */
  files: TarInput[]
  /** The program, from the folder `app`. */
  program: string
}

/**
 * The files of an image of mailrig: itself, the packages it needs, and the Node this process runs on. The packages lie as
 * they do here, so that Node finds the same.
 */
export async function selfContext(own = OWN, node = process.execPath): Promise<SelfContext> {
  const root = own.replace(/[\\/]+$/, '')
  // Installed, it is one of the packages of a project, and others lie beside it.
  const top = root.endsWith(join('node_modules', 'mailrig')) ? dirname(dirname(root)) : root
  const parts = PARTS.filter((name) => existsSync(join(root, name)))
  const sources = existsSync(join(root, 'src/cli/main.ts')) ? parts.filter((name) => name !== 'dist') : parts
  const packages = await packageClosure(root)
  const folders = [...sources.map((name) => join(root, name)), ...packages]
  const paths = (await Promise.all(folders.map(filesBelow))).flat()
  const files = await Promise.all(
    [...new Set(paths)].sort().map(async (path): Promise<TarInput> => {
      const [content, { mode }] = await Promise.all([readFile(path), stat(path)])
      return { path: inApp(relative(top, path)), content, mode: mode & 0o100 ? 0o755 : 0o644 }
    }),
  )
  return {
    files: [...files, { path: inApp('node'), content: await readFile(node), mode: 0o755 }],
    program: relative(top, join(root, 'bin/mailrig.js')).split(sep).join('/'),
  }
}

function inApp(path: string): string {
  return `app/${path.split(sep).join('/')}`
}

/** Not those of packages below it: these are found by themselves where they are needed. */
async function filesBelow(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path]
  const entries = await readdir(path, { withFileTypes: true })
  const below = await Promise.all(
    entries.map((entry) => {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(inner)
      return entry.isFile() && !LEFT_OUT.test(inner) ? [inner] : []
    }),
  )
  return below.flat()
}
