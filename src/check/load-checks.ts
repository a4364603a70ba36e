import { glob } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { InputError } from '../errors/mailrig-error.ts'
import type { Check } from './check.ts'

/** `checks/` of a checkout, or what was built of it. */
const OWN = import.meta.url.endsWith('.ts') ? '../../checks' : '../checks'

/**
 * The checks of a folder and of those below it, file by file: what the modules have as their default export. A module
 * without one helps the others.
 *
 * @throws {InputError} CHECK_INVALID where a default export is none, or two have one id.
 */
export async function loadChecks(folder = fileURLToPath(new URL(OWN, import.meta.url))): Promise<Check[]> {
  const extension = extname(import.meta.url)
  const files: string[] = []
  for await (const file of glob(`**/*{.js,.mjs,${extension}}`, { cwd: folder })) files.push(file)
  const checks: Check[] = []
  for (const file of files.filter((name) => !/\.(?:test|d)\.ts$/.test(name)).sort()) {
    const module = (await import(pathToFileURL(join(folder, file)).href)) as { default?: Check | readonly Check[] }
    for (const check of [module.default ?? []].flat() as Check[]) {
      requireCheck(check, join(folder, file))
      if (checks.some(({ id }) => id === check.id)) throw invalid(join(folder, file), `there is another "${check.id}"`)
      checks.push(check)
    }
  }
  return checks
}

function requireCheck(check: Partial<Check>, file: string): void {
  const missing = (['id', 'title', 'reason', 'source', 'severity', 'run'] as const).filter((key) => !check[key])
  if (missing.length > 0) throw invalid(file, `it has no ${missing.join(', ')}`)
}

function invalid(file: string, problem: string): InputError {
  return new InputError(`${file}: what it exports is no check: ${problem}`, {
    code: 'CHECK_INVALID',
    remedy: 'Export a check, or a list of them, as the default; docs/checks.md shows one.',
  })
}
