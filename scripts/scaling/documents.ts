import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assignmentOf, type Unit } from '../../src/report/assignment.ts'
import type { RunDocument, ScenarioRun } from '../../src/report/run-document.ts'
import { shardName } from '../../src/shards/shard.ts'
import { split } from '../../src/shards/split.ts'

export interface Documents {
  shards: number
  servers: number
  files: number
  /** Of a file. */
  tests: number
  /** One test of so many has failed, and has an error with evidence. */
  failing: number
}

/** Writes what the shards of a run leave without `--report`: results and observations, no record of what passed. */
export function writeDocuments(folder: string, { shards, servers, files, tests, failing }: Documents): void {
  mkdirSync(folder, { recursive: true })
  const names = Array.from(
    { length: files },
    (_, index) => `scenarios/area-${index % 20}/behaviour-${index}.scenario.ts`,
  )
  const units = Array.from({ length: servers }, (_, server) =>
    names.map((file): Unit => ({ project: `server-${server}`, mta: 'server', release: String(server), file })),
  ).flat()
  const whole = assignmentOf(units)
  const portions = units.map((unit, place) => ({
    group: unit.project,
    name: unit.file,
    cost: 1_000 + (place % 7) * 500,
    unit,
  }))
  for (const [place, part] of split(portions, shards).entries()) {
    const own = Map.groupBy(part, ({ group }) => group)
    const projects = [...own].map(([name, some]): [string, RunDocument['projects'][string]] => {
      const scenarios = some.map(({ unit }, index) => scenario(unit.file, tests, place + index, failing))
      return [name, { mta: 'server', release: name, files: names, filtered: false, scenarios }]
    })
    const document: RunDocument = {
      format: 1,
      made: [{ startedAt: place, durationMs: 60_000, mailrig: '0.1.0', node: '24.21.0', engine: 'docker 20.10.24' }],
      commit: 'abc',
      shard: { index: place + 1, count: shards, whole },
      projects: Object.fromEntries(projects),
    }
    const name = shardName({ index: place + 1, count: shards }).replace('/', '-')
    writeFileSync(join(folder, `run-${name}.json`), JSON.stringify(document))
  }
}

function scenario(file: string, tests: number, seed: number, failing: number): ScenarioRun {
  const all = Array.from({ length: tests }, (_, number) => {
    const failed = (seed * tests + number) % failing === failing - 1
    const common = {
      name: `does what number ${number} of ${file} asks for`,
      durationMs: 120 + number,
      covers: [`P${number}`],
      observations: number === 0 ? [{ name: `RCPT TO:<user@${seed % 50}.example>`, value: '550 5.1.1 Unknown' }] : [],
      waits: [{ what: 'a delivery', ms: 40, end: 'came' }],
    }
    return failed
      ? {
          ...common,
          state: 'failed' as const,
          errors: ['expected the message\n── log of the MTA\n'.padEnd(4_000, 'a line of a log\n')],
        }
      : { ...common, state: 'passed' as const }
  })
  return {
    file,
    state: all.some(({ state }) => state === 'failed') ? 'failed' : 'passed',
    durationMs: 1_000,
    tests: all,
  }
}
