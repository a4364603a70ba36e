import type { TestProject } from 'vitest/node'
import type { Engine } from '../engine/engine.ts'
import { enginesOfPool } from '../engine/engine-pool.ts'
import { newRun } from '../engine/labels.ts'
import { terminalProgress } from '../engine/progress.ts'
import { removeRun } from '../engine/sweep.ts'
import { startWatchdog } from '../engine/watchdog.ts'
import { reportError } from '../errors/report-error.ts'
import type { OwnConfiguration } from '../report/provided-context.ts'
import { prepareEngine } from '../rig/open-run.ts'
import { platformNamed } from '../targets/platform-named.ts'
import './config.ts'

/** Most runs have none: what reads configurations takes a third of a second to load. */
async function ownTarget(source: OwnConfiguration, release: string) {
  const { readTarget } = await import('../targets/adopted/target/read-target.ts')
  return { target: await readTarget(source), release }
}

/**
 * Once a run, before any scenario: an engine, the images of the projects that were chosen, and a clean table; of a shard
 * the images of its own projects alone. Runs without a scenario project need none of it.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { mailrigShardProjects: ofShard } = project.getProvidedContext()
  const cells = project.vitest.projects.flatMap(({ name, config }) => {
    const cell = config.provide.mailrig
    return cell && (ofShard?.includes(name) ?? true) ? [cell] : []
  })
  if (cells.length === 0) return undefined
  try {
    const progress = terminalProgress()
    // Read before anything is started: what is no configuration ends the run here.
    const own = await Promise.all(
      cells.flatMap(({ adopted, release }) => (adopted ? [ownTarget(adopted, release)] : [])),
    )
    const rendered = cells.filter(({ adopted }) => !adopted).map(platformNamed)
    const pool = enginesOfPool()
    const images = rendered.length > 0 ? {} : { accounts: [] }
    const engines: Engine[] = []
    // One after the other: each builds on all its cores.
    for (const at of pool.length > 0 ? pool : [undefined]) {
      const engine = await prepareEngine(rendered, progress, { ...images, engine: at })
      for (const { target, release } of own) await target.prepare(engine, release, progress)
      engines.push(engine)
    }
    const run = newRun()
    const watchdogs = engines.map((engine) => startWatchdog(engine, run))
    project.provide('mailrigRun', run)
    project.provide('mailrigEngine', engines.map(({ name, version }) => `${name} ${version}`).join(', '))
    return async () => {
      await Promise.all(engines.map((engine) => removeRun(engine, run.id)))
      await Promise.all(watchdogs.map((watchdog) => watchdog.finish()))
    }
  } catch (error) {
    // Vitest would end with 1, which means that a scenario failed; none has run.
    process.exit(reportError(error))
  }
}
