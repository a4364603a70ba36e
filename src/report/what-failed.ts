import type { TestModule } from 'vitest/node'

const SHOWN = 30

/** Of so many of them so many lines are told before. */
const SHOWN_WHOLE = 3
const LINES = 60

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
 * The tests of a run that failed: the first few with their evidence, and at the very end each with the first line of what
 * was wrong. A log of CI is often read from its end, and often its end is all that is kept; Vitest tells of failures before
 * mailrig does of all the rest.
 */
export function whatFailed(modules: readonly (ModuleResult | TestModule)[]): string[] {
  const failures = modules.flatMap((module) => {
    const where = `${module.project.name} ${module.relativeModuleId}`
    return [
      ...ofErrors(where, module.errors()),
      ...[...module.children.allSuites()].flatMap((suite) => ofErrors(`${where} > ${suite.fullName}`, suite.errors())),
      ...[...module.children.allTests('failed')].flatMap((test) =>
        ofErrors(`${where} > ${test.fullName}`, test.result().errors ?? []),
      ),
    ]
  })
  const more = failures.length - SHOWN
  const whole = failures.slice(0, SHOWN_WHOLE).flatMap((lines) => (lines.length > 1 ? [inLines(lines)] : []))
  const first = failures.slice(0, SHOWN).map(([line = '']) => line)
  return [...whole, ...first, ...(more > 0 ? [`failed: ${more} more`] : [])]
}

function ofErrors(where: string, errors: Failure['errors']): string[][] {
  const [first] = errors
  return first === undefined ? [] : [`failed: ${where}: ${first.message.trim()}`.split('\n')]
}

function inLines(lines: readonly string[]): string {
  return [...lines.slice(0, LINES), ...(lines.length > LINES ? ['…'] : [])].join('\n  ')
}
