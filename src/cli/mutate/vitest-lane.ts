import type { TestModule, TestSpecification, Vitest } from 'vitest/node'
import type { RigTrialOrder, RigTrialRecord } from '../../mutate/rig-trial.ts'
import { type KeptForks, keptForks } from '../../vitest/lasting-forks.ts'

/** How a test file ended. */
export interface FileOutcome {
  file: string
  /** What failed first: the name of the test, or of the file where none of its tests did. */
  failure?: { by: string; because: string }
  passed: number
  durationMs: number
  /** What its rigs told. */
  rigs: readonly RigTrialRecord[]
}

/** One vitest that runs one file after the other, again and again, in a process that stays. */
export class VitestLane {
  readonly #vitest: Vitest
  readonly #forks: KeptForks

  constructor(vitest: Vitest) {
    this.#vitest = vitest
    this.#forks = keptForks()
    for (const project of vitest.projects) {
      Object.assign(project.config, { pool: this.#forks.pool.name, poolRunner: this.#forks.pool })
    }
  }

  /** Test files, as vitest finds them. */
  specifications(paths: readonly string[]): Promise<TestSpecification[]> {
    return this.#vitest.globTestSpecifications([...paths])
  }

  async run(specification: TestSpecification, order: RigTrialOrder): Promise<FileOutcome> {
    const { project, moduleId } = specification
    project.provide('mailrigMutation', order)
    const began = performance.now()
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications([specification])
    const durationMs = performance.now() - began
    const module = testModules.find((one) => one.moduleId === moduleId)
    const tests = [...(module?.children.allTests() ?? [])]
    const failure = module && failureOf(module, unhandledErrors)
    return {
      file: moduleId,
      ...(failure ? { failure } : {}),
      passed: tests.filter((test) => test.result().state === 'passed').length,
      durationMs,
      rigs: module?.meta().mailrigMutation ?? [],
    }
  }

  cancel(): void {
    void this.#vitest.cancelCurrentRun('keyboard-input')
  }

  async close(): Promise<void> {
    await this.#forks.end()
    await this.#vitest.close()
  }
}

function failureOf(module: TestModule, unhandled: readonly unknown[]): FileOutcome['failure'] {
  const [failed] = module.children.allTests('failed')
  if (failed) return { by: failed.fullName, because: firstLine(failed.result().errors?.[0]) }
  const suite = [...module.children.allSuites()].find((one) => one.errors().length > 0)
  const error = module.errors()[0] ?? suite?.errors()[0] ?? unhandled[0]
  return error === undefined ? undefined : { by: 'the file itself', because: firstLine(error) }
}

function firstLine(error: unknown): string {
  const message = (error as { message?: unknown } | undefined)?.message
  return String(message ?? error)
    .split('\n', 1)
    .join('')
}
