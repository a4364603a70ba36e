import { z } from 'zod'
import { errorPlace } from './error-place.ts'
import { rigRecord, testRecord } from './test-record.ts'

const verdict = z.object({
  requirement: z.enum(['MUST', 'SHOULD']),
  section: z.string(),
  holds: z.boolean(),
})

export const test = z.object({
  name: z.string(),
  /**
   * `skipped` is a test that somebody turned off; one that the MTA cannot do is `unsupported`; one that the run did not come
   * to, because it was ended before, is `not-run`.
   */
  state: z.enum(['passed', 'failed', 'skipped', 'unsupported', 'not-run']),
  durationMs: z.number(),
  covers: z.array(z.string()),
  /** Why the MTA cannot do it, or why it was not run. */
  reason: z.string().optional(),
  /** How long the rig took to start; only with the first test of a rig. */
  bootMs: z.number().optional(),
  /** Of that, the engine's making of containers, and mailrig's own; the rest is the slowest server's own start. */
  bootEngineMs: z.number().optional(),
  bootOwnMs: z.number().optional(),
  /** What the test waited for, how long, and what ended each wait. */
  waits: z.array(z.object({ what: z.string(), ms: z.number(), end: z.string() })).optional(),
  observations: z.array(z.object({ name: z.string(), value: z.string(), verdict: verdict.optional() })),
  versions: z.record(z.string(), z.string()).optional(),
  /** Why it failed, as the runner says it: the evidence is part of it. */
  errors: z.array(z.string()).optional(),
  /** Where each of the errors came from, innermost first. */
  places: z.array(z.array(errorPlace)).optional(),
  /** Where a report was asked for. */
  record: testRecord.optional(),
})

export const scenario = z.object({
  /** From the root of the project. */
  file: z.string(),
  state: z.enum(['passed', 'failed', 'skipped', 'not-run']),
  durationMs: z.number(),
  /** How long its rigs took to end. */
  teardownMs: z.number().optional(),
  tests: z.array(test),
  /** What went wrong outside the tests: a rig that did not start. */
  errors: z.array(z.string()).optional(),
  places: z.array(z.array(errorPlace)).optional(),
  /** What no test failed by, and the reader should know: lines of a log that mailrig does not understand. */
  notes: z.array(z.string()).optional(),
  /** By the name that the records of tests have for them. */
  rigs: z.record(z.string(), rigRecord).optional(),
})

const project = z.object({
  mta: z.string(),
  release: z.string(),
  /** Every scenario file the project has, run or not. */
  files: z.array(z.string()),
  /** Only some of the tests of these files were asked for. */
  filtered: z.boolean(),
  scenarios: z.array(scenario),
})

/** When a run was made, and with what. */
const circumstances = z.object({
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  durationMs: z.number(),
  /** Version of mailrig. */
  mailrig: z.string(),
  /** Version of Node.js. */
  node: z.string(),
  /** The container engine, e.g. `docker 20.10.24`. */
  engine: z.string().optional(),
})

/** Files of projects; projects with the same files stand together, for they are many. */
const assignment = z.array(
  z.object({
    projects: z.array(z.object({ name: z.string(), mta: z.string(), release: z.string() })),
    /** From the root of the project. */
    files: z.array(z.string()),
  }),
)

/** Which part of a run this is. */
const shard = z.object({
  /** From 1. */
  index: z.number().int().positive(),
  count: z.number().int().positive(),
  /** What all shards together are to run. */
  whole: assignment,
})

/** What a run of scenarios left: `.mailrig/run.json`. Runs of single projects, as CI has them, can be merged. */
export const runDocument = z.object({
  format: z.literal(1),
  /** One for each run that is in it; none in documents of earlier versions. */
  made: z.array(circumstances).optional(),
  /** The commit that git had checked out, or that MAILRIG_COMMIT names. */
  commit: z.string().optional(),
  shard: shard.optional(),
  /** Of a run that has not come to its end: what it was to run. Files of it may be missing among the scenarios. */
  unfinished: assignment.optional(),
  projects: z.record(z.string(), project),
})

export type RunDocument = z.infer<typeof runDocument>
export type Assignment = z.infer<typeof assignment>
export type Circumstances = z.infer<typeof circumstances>
export type ProjectRun = z.infer<typeof project>
export type ScenarioRun = z.infer<typeof scenario>
export type TestRun = z.infer<typeof test>

/**
 * Why the run is not the whole matrix, one reason a line; none when it is: every project, every file, every test, and
 * all of them passed or unsupported.
 */
export function missingFrom(run: RunDocument, projects: readonly string[]): string[] {
  return projects.flatMap((name) => {
    const part = run.projects[name]
    if (!part) return [`${name} did not run`]
    const ran = new Set(part.scenarios.map(({ file }) => file))
    const absent = part.files.filter((file) => !ran.has(file))
    const bad = part.scenarios.filter(
      ({ state, tests }) =>
        state === 'failed' || tests.some((one) => one.state === 'failed' || one.state === 'skipped'),
    )
    const notRun = part.scenarios.filter(({ state }) => state === 'not-run').map(({ file }) => file)
    return [
      ...(part.filtered ? [`${name} ran only some tests of its files`] : []),
      ...(absent.length > 0 ? [`${name} did not run ${some(absent)}`] : []),
      ...(notRun.length > 0 ? [`${name} was ended before it had run ${some(notRun)}`] : []),
      ...(bad.length > 0 ? [`${name} has failed or skipped tests in ${some(bad.map(({ file }) => file))}`] : []),
    ]
  })
}

/** How many files of a project a message names. */
const SHOWN = 5

function some(files: readonly string[]): string {
  const more = files.length - SHOWN
  return more > 0 ? `${files.slice(0, SHOWN).join(', ')} and ${more} more` : files.join(', ')
}

/** Project names in the order of every table: as the registry has them, strangers after them. */
export function projectOrder(names: Iterable<string>, known: readonly string[]): string[] {
  const all = [...names]
  return [...known.filter((name) => all.includes(name)), ...all.filter((name) => !known.includes(name)).sort()]
}

/** The same with no other projects than these. */
export function onlyProjects(run: RunDocument, names: readonly string[]): RunDocument {
  return { ...run, projects: Object.fromEntries(Object.entries(run.projects).filter(([name]) => names.includes(name))) }
}

/** The same without the records of tests and rigs: what the documents and the next comparison need. */
export function withoutRecords(run: RunDocument): RunDocument {
  const projects = Object.entries(run.projects).map(([name, part]): [string, ProjectRun] => [
    name,
    { ...part, scenarios: part.scenarios.map(withoutScenarioRecords) },
  ])
  return { ...run, projects: Object.fromEntries(projects) }
}

export function withoutScenarioRecords({ rigs: _, ...rest }: ScenarioRun): ScenarioRun {
  return { ...rest, tests: rest.tests.map(({ record: __, ...one }) => one) }
}
