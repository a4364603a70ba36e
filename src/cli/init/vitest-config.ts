import { MTA_NAMES } from '../../servers/registry.ts'
import { RELEASES } from '../../servers/release.ts'

/** The servers that the tests are to run on, by name; all that there are when undefined. */
export interface Matrix {
  mtas: readonly string[] | undefined
  releases: readonly string[] | undefined
}

/** The configuration of a project that has none. @param hasUnitTests it runs tests of its own by vitest */
export function vitestConfig(matrix: Matrix, hasUnitTests: boolean): string {
  const projects = hasUnitTests
    ? `[
      // Your own tests, as before.
      { extends: true, test: { name: 'unit' } },
      ...${projectsCall(matrix)},
    ]`
    : projectsCall(matrix)
  return `import { mailrigGlobalSetup, mailrigProjects } from 'mailrig/vitest/config'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Finds Docker or Podman, builds the images of the servers, and removes every container at the end.
    globalSetup: [mailrigGlobalSetup],
    reporters: ['default', 'mailrig/vitest/reporter'],
    // Each test runs on each of these servers. Known are: ${list(MTA_NAMES)}; ${list(RELEASES)}.
    projects: ${projects},
  },
})
`
}

/** What a configuration that is there already needs. */
export function additionsToConfig(matrix: Matrix): string {
  return `import { mailrigGlobalSetup, mailrigProjects } from 'mailrig/vitest/config'
test.globalSetup  [mailrigGlobalSetup]
test.projects     [...${projectsCall(matrix)}], beside those you have
test.reporters    ['default', 'mailrig/vitest/reporter']`
}

function projectsCall({ mtas, releases }: Matrix): string {
  const options = [
    ...(mtas === undefined ? [] : [`mtas: [${quoted(mtas)}]`]),
    ...(releases === undefined ? [] : [`releases: [${quoted(releases)}]`]),
  ]
  return options.length === 0 ? 'mailrigProjects()' : `mailrigProjects({ ${options.join(', ')} })`
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ')
}

function list(names: readonly string[]): string {
  return names.join(', ')
}
