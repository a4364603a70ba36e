import type { TestModule } from 'vitest/node'

const SHOWN = 30

interface Failure {
  errors: readonly { message: string }[]
}

/** What of a module of Vitest is looked at. */
export interface ModuleResult {
  project: { name: string }
  relativeModuleId: string
  errors(): Failure['errors']
  children: {
    allTests(state: 'failed'): Iterable<{ fullName: string; result(): { errors?: Failure['errors'] | undefined } }>
    allSuites(): Iterable<{ fullName: string; errors(): Failure['errors'] }>
  }
}

/**
 * The tests of a run that failed, a line each, with the first line of what was wrong. A log of CI is often read from its
 * end, and Vitest tells of failures before mailrig does of all the rest.
 */
export function whatFailed(modules: readonly (ModuleResult | TestModule)[]): string[] {
  const lines = modules.flatMap((module) => {
    const where = `${module.project.name} ${module.relativeModuleId}`
    return [
      ...ofErrors(where, module.errors()),
      ...[...module.children.allSuites()].flatMap((suite) => ofErrors(`${where} > ${suite.fullName}`, suite.errors())),
      ...[...module.children.allTests('failed')].flatMap((test) =>
        ofErrors(`${where} > ${test.fullName}`, test.result().errors ?? []),
      ),
    ]
  })
  const more = lines.length - SHOWN
  return more > 0 ? [...lines.slice(0, SHOWN), `failed: ${more} more`] : lines
}

function ofErrors(where: string, errors: Failure['errors']): string[] {
  const [first] = errors
  return first === undefined ? [] : [`failed: ${where}: ${first.message.trim().split('\n', 1)[0]}`]
}
