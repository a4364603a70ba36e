import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { InputError } from '../../../errors/mailrig-error.ts'
import { problemsIn } from '../../../topology/issues.ts'
import { placedProblems } from '../../../topology/placed-problems.ts'
import { formatProblems, type PlacedProblem } from '../../../yaml/place.ts'
import { readYaml } from '../../../yaml/read-yaml.ts'
import { type ComposeText, composeSchema, EXAMPLES } from './compose-schema.ts'
import { interpolate } from './interpolate.ts'

/** One file that is read as a compose file, with its variables filled. */
export interface ComposeFile {
  /** As the user or another file named it. */
  path: string
  /** Where its relative paths begin. */
  folder: string
  value: ComposeText
  environment: NodeJS.ProcessEnv
  /** `compose.yaml:12:5`, of a part of it. */
  at(path: readonly PropertyKey[]): string
}

interface Given {
  environment: NodeJS.ProcessEnv
  /** Default: the folder of the file. */
  folder?: string
  /** Told the values of variables whose names say that they are secret. */
  onFilled: (name: string, value: string) => void
}

/** Tags of Compose that change how files are joined (compose-spec, 13-merge.md). */
const MERGE_TAG = /(?<=[\s:])!(?:reset|override)\b/

/** @throws {InputError} COMPOSE_FILE naming each wrong place */
export async function readComposeFile(path: string, given: Given): Promise<ComposeFile> {
  const text = await textOf(path)
  const yaml = readYaml(text, 1)
  const refuse = (problems: readonly PlacedProblem[]) => wrong(withoutSecrets(formatProblems(path, text, problems)))
  if (yaml.problems.length > 0) throw refuse(yaml.problems)
  const tag = text.split('\n').findIndex((line) => MERGE_TAG.test(line.replace(/#.*/, '')))
  if (tag >= 0) {
    const place = { line: tag + 1, column: 1 }
    throw refuse([{ place, message: 'found the tag !reset or !override, which mailrig does not do' }])
  }
  const result = composeSchema.safeParse(yaml.value)
  if (!result.success) {
    const problems = problemsIn(composeSchema, result.error.issues, yaml.value, EXAMPLES)
    throw refuse(placedProblems(problems, yaml, { whole: 'the file' }))
  }
  const missing: PlacedProblem[] = []
  const value = interpolate(result.data, {
    environment: given.environment,
    onFilled: given.onFilled,
    onMissing: ({ name, message, path: keys }) =>
      missing.push({
        place: yaml.placeOf(keys),
        message: `the variable ${name} has no value${message === '' ? '' : `: ${message}`}`,
      }),
  })
  if (missing.length > 0) {
    throw new InputError(withoutSecrets(formatProblems(path, text, missing)), {
      code: 'COMPOSE_FILE',
      remedy: 'Set it in the environment, or in a file .env beside the compose file.',
    })
  }
  return {
    path,
    folder: given.folder ?? dirname(resolve(path)),
    value,
    environment: given.environment,
    at(keys) {
      const { line, column } = yaml.placeOfKey(keys)
      return `${path}:${line}:${column}`
    },
  }
}

/** What stands behind a name that says it is secret, in a text that nobody could read as a compose file. */
function withoutSecrets(text: string): string {
  return text.replace(/(\w*(?:pass|secret|token|key|credential)\w*["']?\s*[:=]\s*)[^\n,}]+/gi, '$1••••••')
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`, {
      code: 'COMPOSE_FILE',
      remedy: 'Give the path of the compose file.',
      cause,
    })
  })
}

function wrong(message: string): InputError {
  return new InputError(message, {
    code: 'COMPOSE_FILE',
    remedy: 'Correct the places named above; `docker compose config` shows how Compose reads the file.',
  })
}
