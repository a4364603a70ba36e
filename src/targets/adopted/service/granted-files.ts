import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ServerFile } from '../../../engine/server-file.ts'
import { oneOfThese } from '../../../errors/did-you-mean.ts'
import type { ComposeProject, PlacedMaterial } from './compose-project.ts'
import type { Granted } from './declared-service.ts'
import { misdeclared } from './misdeclared.ts'

/** Readable by all in the container, as Compose has it. */
const MODE = 0o444

interface GrantedFiles {
  files: ServerFile[]
  /** Those that only Docker Swarm or another program has, with their places. */
  external: { path: string; source: string; at: string }[]
}

/**
 * The files of the secrets or configs that a service is given (compose-spec, 08-configs.md and 09-secrets.md).
 *
 * @throws {InputError} COMPOSE_FILE for one that is not declared, whose file is not there, or whose variable has no value
 */
export async function grantedFiles(
  kind: 'secrets' | 'configs',
  granted: Readonly<Record<string, Granted>>,
  project: ComposeProject,
): Promise<GrantedFiles> {
  const found: GrantedFiles = { files: [], external: [] }
  for (const [path, { source, mode = MODE, at }] of Object.entries(granted)) {
    const placed = project[kind].get(source)
    if (placed === undefined) {
      const names = [...project[kind].keys()]
      throw misdeclared(
        at,
        `${kind}: there is no ${source}; ${oneOfThese(source, names)}`,
        `Declare it in \`${kind}\`.`,
      )
    }
    if (placed.material.external) found.external.push({ path, source, at: placed.at })
    else found.files.push({ path, content: await contentOf(placed, `${kind}.${source}`), mode })
  }
  return found
}

async function contentOf({ material, folder, environment, at }: PlacedMaterial, what: string): Promise<Buffer> {
  const { file, environment: variable, content } = material
  if (content !== undefined) return Buffer.from(content)
  if (variable !== undefined) {
    const value = environment[variable]
    if (value !== undefined) return Buffer.from(value)
    throw misdeclared(at, `${what}: the variable ${variable} has no value`, 'Set it in the environment, or in `.env`.')
  }
  if (file === undefined) {
    throw misdeclared(
      at,
      `${what} has neither \`file\` nor \`environment\` nor \`content\``,
      'Say where it comes from.',
    )
  }
  return readFile(resolve(folder, file)).catch(() => {
    throw misdeclared(at, `${what}: there is no file ${file}`, 'Make it, or correct `file`.')
  })
}
