import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { InputError } from '../errors/mailrig-error.ts'

/** How long each scenario file took in the last run: `.mailrig/durations.json`, and `durations.json` of a report. */
const durations = z.object({
  format: z.literal(1),
  /** Project → file, from the root of the project → milliseconds. */
  projects: z.record(z.string(), z.record(z.string(), z.number().nonnegative())),
})

export type Durations = z.infer<typeof durations>

/** Names the file of durations, as `mailrig run --durations` does; from the working directory. */
export const DURATIONS_VARIABLE = 'MAILRIG_DURATIONS'

/** Where a run keeps them, from the root. */
export const KEPT_DURATIONS = join('.mailrig', 'durations.json')

/**
 * Those that somebody named, else those of the last run, else none.
 *
 * @param root of the project
 * @throws {InputError} DURATIONS_FILE for a file that is named and not there, or that is none of durations
 */
export async function durationsFor(root: string, env: NodeJS.ProcessEnv = process.env): Promise<Durations> {
  const named = env[DURATIONS_VARIABLE]
  if (named) return readDurations(resolve(named))
  const kept = join(root, KEPT_DURATIONS)
  return (await text(kept)) === undefined ? NONE : readDurations(kept)
}

const NONE: Durations = { format: 1, projects: {} }

/** @throws {InputError} DURATIONS_FILE */
export async function readDurations(path: string): Promise<Durations> {
  const remedy = 'Give a durations.json that mailrig has written, or leave it out: then files are counted.'
  const found = await text(path)
  if (found === undefined) throw new InputError(`cannot read ${path}`, { code: 'DURATIONS_FILE', remedy })
  try {
    return durations.parse(JSON.parse(found))
  } catch (cause) {
    throw new InputError(`${path} has no durations of scenario files`, { code: 'DURATIONS_FILE', remedy, cause })
  }
}

function text(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** What is spent on a file beside its tests, ms: a file of which all is unsupported takes time, too. */
const LEAST_MS = 50

/**
 * What a file is likely to take. One that was never measured in its project takes what it takes in the others, or else
 * what files take; where nothing is known all take the same.
 */
export function costIn({ projects }: Durations): (project: string, file: string) => number {
  const all = Object.values(projects)
  const known = all.flatMap((files) => Object.values(files))
  const usual = mean(known) ?? LEAST_MS
  return (project, file) => {
    const elsewhere = () => mean(all.flatMap((files) => files[file] ?? []))
    return LEAST_MS + (projects[project]?.[file] ?? elsewhere() ?? usual)
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}
