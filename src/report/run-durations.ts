import { type Durations, durationsFor } from '../shards/durations.ts'
import type { RunDocument } from './run-document.ts'

/**
 * How long the files of a run took, with those of a run before that this one did not measure: files that failed, as a
 * test that waits for nothing takes longer than one that passes, and those that were not run.
 */
export function durationsOf(run: RunDocument, before: Durations = { format: 1, projects: {} }): Durations {
  const projects = new Map(Object.entries(before.projects))
  for (const [name, { filtered, scenarios }] of Object.entries(run.projects)) {
    const measured = filtered ? [] : scenarios.filter(({ state }) => state !== 'not-run')
    const found = new Map(Object.entries(projects.get(name) ?? {}))
    for (const { file, state, durationMs } of measured) {
      if (state !== 'failed' || !found.has(file)) found.set(file, Math.round(durationMs))
    }
    if (found.size > 0) projects.set(name, inOrder(found))
  }
  return { format: 1, projects: inOrder(projects) }
}

function inOrder<T>(entries: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Those that a run leaves for the next one; where the ones before cannot be read, its own alone. */
export async function nextDurations(root: string, run: RunDocument): Promise<Durations> {
  const before = await durationsFor(root, {}).catch(() => undefined)
  return durationsOf(run, before)
}

/** A line for each file: they are kept in repositories. */
export function durationsText(durations: Durations): string {
  return `${JSON.stringify(durations, null, 1)}\n`
}
