import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { TestCase, TestModule, TestProject, TestSpecification } from 'vitest/node'
import './scenario-meta.ts'
import './provided-context.ts'
import type { Unit } from './assignment.ts'
import { type ErrorPlace, placesOf } from './error-place.ts'
import { sorted } from './merge-runs.ts'
import { projectName } from './project-name.ts'
import type { ProjectRun, RunDocument, ScenarioRun, TestRun } from './run-document.ts'
import type { RigRecord } from './test-record.ts'

/** Is it a project of the matrix? Others may be told of a server, too, and are tests of something else. */
export function inMatrix({ name, config }: TestProject): boolean {
  const cell = config.provide.mailrig
  return cell !== undefined && name === projectName(cell)
}

/** What vitest knows after a run, by project. */
export function gather(
  root: string,
  modules: readonly TestModule[],
  all: readonly TestSpecification[],
  { filtered }: { filtered: boolean },
): RunDocument['projects'] {
  const own = modules.filter(({ project }) => inMatrix(project))
  const byProject = Map.groupBy(own, ({ project }) => project)
  const projects = projectRuns(root, all, [...byProject.keys()])
  for (const [{ name }, ofProject] of byProject) {
    const scenarios = ofProject.map((module) => scenarioRun(root, module))
    const part = projects[name]
    if (part) projects[name] = { ...part, filtered, scenarios: scenarios.sort((a, b) => (a.file < b.file ? -1 : 1)) }
  }
  return projects
}

/** Projects with every file they have, none of which has run. */
export function projectRuns(
  root: string,
  all: readonly TestSpecification[],
  wanted: readonly TestProject[],
): RunDocument['projects'] {
  const files = Map.groupBy(all, ({ project }) => project.name)
  const entries = [...new Set(wanted)].flatMap((project): [string, ProjectRun][] => {
    const cell = project.config.provide.mailrig
    if (!cell || !inMatrix(project)) return []
    const { mta, release } = cell
    const own = (files.get(project.name) ?? []).map(({ moduleId }) => relative(root, moduleId)).sort()
    return [[project.name, { mta, release, files: own, filtered: false, scenarios: [] }]]
  })
  return sorted(entries)
}

/** What a run is to do, of projects of the matrix. */
export function unitsIn(root: string, specifications: readonly TestSpecification[]): Unit[] {
  return specifications.flatMap(({ project, moduleId }) => {
    const cell = project.config.provide.mailrig
    if (!cell || !inMatrix(project)) return []
    return [{ project: project.name, mta: cell.mta, release: cell.release, file: relative(root, moduleId) }]
  })
}

export function scenarioRun(root: string, module: TestModule): ScenarioRun {
  const state = module.state()
  const { teardownMs, notes = [] } = module.meta().mailrigFile ?? {}
  const tests = [...module.children.allTests()]
  const suites = [...module.children.allSuites()]
  const thrown = [...module.errors(), ...suites.flatMap((suite) => suite.errors())]
  const errors = messagesOf(thrown)
  const rigs = rigsOf(tests)
  return {
    file: relative(root, module.moduleId),
    // What never ran, because the run was interrupted or did not get that far, has not passed.
    state: state === 'passed' || state === 'skipped' ? state : 'failed',
    durationMs: module.diagnostic().duration,
    ...(teardownMs === undefined ? {} : { teardownMs }),
    tests: tests.map((test) => testRun(root, test)),
    ...(errors.length > 0 ? { errors, ...placed(root, module, thrown) } : {}),
    ...(notes.length > 0 ? { notes: [...notes] } : {}),
    ...(Object.keys(rigs).length > 0 ? { rigs } : {}),
  }
}

export function rigsOf(tests: readonly TestCase[]): Record<string, RigRecord> {
  return Object.fromEntries(
    tests.flatMap((test) => {
      const { record, rigRecord } = test.meta().mailrig ?? {}
      return record && rigRecord ? [[record.rig, rigRecord]] : []
    }),
  )
}

/** Terminals' colours are not for documents. */
function messagesOf(errors: readonly { message: string }[]): string[] {
  return errors.map(({ message }) => stripVTControlCharacters(message))
}

function placed(
  root: string,
  { moduleId }: TestModule,
  errors: ReturnType<TestModule['errors']>,
): { places?: ErrorPlace[][] } {
  const places = errors.map((error) => placesOf(error, moduleId, root, readText))
  return places.some((found) => found.length > 0) ? { places } : {}
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // A stack may name what is no file.
    return undefined
  }
}

export function testRun(root: string, test: TestCase): TestRun {
  const { state, errors } = test.result()
  const meta = test.meta().mailrig
  return {
    name: test.fullName,
    state:
      state === 'passed' || state === 'failed' ? state : meta?.unsupported === undefined ? 'skipped' : 'unsupported',
    durationMs: test.diagnostic()?.duration ?? 0,
    covers: [...(meta?.covers ?? [])],
    ...(meta?.unsupported === undefined ? {} : { reason: meta.unsupported }),
    ...(meta?.bootMs === undefined
      ? {}
      : { bootMs: meta.bootMs, bootEngineMs: meta.bootEngineMs, bootOwnMs: meta.bootOwnMs }),
    ...(meta === undefined || meta.waits.length === 0 ? {} : { waits: meta.waits }),
    observations: meta?.observations ?? [],
    ...(meta?.versions ? { versions: meta.versions } : {}),
    ...(errors && errors.length > 0 && state === 'failed'
      ? { errors: messagesOf(errors), ...placed(root, test.module, [...errors]) }
      : {}),
    ...(meta?.record ? { record: meta.record } : {}),
  }
}
