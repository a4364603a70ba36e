import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import type { Outcomes } from './outcomes.ts'

/** Leaves what `readOutcomes` reads, in the file that MAILRIG_SERIES_OUTCOMES names. */
export default class OutcomesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message: string }[]): void {
    const path = process.env.MAILRIG_SERIES_OUTCOMES
    if (path === undefined) throw new Error('MAILRIG_SERIES_OUTCOMES does not say where to write the outcomes')
    const tests = modules.flatMap((module) => {
      const where = { project: module.project.name, file: module.relativeModuleId }
      const own = [...module.children.allTests()].flatMap((test) => {
        const { state, errors: why } = test.result()
        if (state !== 'passed' && state !== 'failed') return []
        return [{ ...where, name: test.fullName, failed: state === 'failed', cause: firstLine(why) }]
      })
      const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors())
      const outside = [...module.errors(), ...suites]
      return [...own, { ...where, name: '', failed: outside.length > 0, cause: firstLine(outside) }]
    })
    const outcomes: Outcomes = { tests, errors: errors.map((error) => firstLine([error])) }
    writeFileSync(path, JSON.stringify(outcomes))
  }
}

function firstLine(errors: readonly { message: string }[] | undefined): string {
  return errors?.[0]?.message.split('\n', 1)[0] ?? ''
}
