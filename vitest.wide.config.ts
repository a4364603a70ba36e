// The scenarios on every release, and nothing else: `npm run test:wide`. The documents it is held against have names of
// their own (docs/decisions/0010-documents-of-the-wide-matrix.md).
import { defineConfig } from 'vitest/config'
import { RELEASES } from './src/servers/release.ts'
import { mailrigProjects } from './src/vitest/config.ts'
import usual, { SCENARIOS } from './vitest.config.ts'

export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    reporters: [
      'default',
      ['./src/report/reporter.ts', { docs: 'docs', matrix: 'wide', outputFile: '.mailrig/run-wide.json' }],
    ],
    projects: mailrigProjects({ include: SCENARIOS, releases: RELEASES }),
  },
})
