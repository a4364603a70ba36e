import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { mailrigGlobalSetup, mailrigProjects } from './src/vitest/config.ts'

// Scenario files import `mailrig/vitest` as a user's do; this condition leads it to the sources.
const conditions = ['mailrig-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: [mailrigGlobalSetup],
    // A scenario mostly waits, for servers that boot and for mail on its way: two a core keep the cores busy.
    maxWorkers: 2 * availableParallelism(),
    reporters: ['default', ['./src/report/reporter.ts', { docs: 'docs' }]],
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          testTimeout: 120_000,
          // These start mailrig themselves; the engine and these images are there when they do.
          provide: { mailrig: { mta: 'postfix', release: 'bookworm' } },
        },
      },
      ...mailrigProjects({ include: ['scenarios/**/*.scenario.ts', 'scenarios/**/*.smtp'] }),
    ],
  },
})
