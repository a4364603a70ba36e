import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { mailrigGlobalSetup, mailrigProjects } from './src/vitest/config.ts'

// Scenario files import `mailrig/vitest` as a user's do; this condition leads it to the sources.
const conditions = ['mailrig-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    globalSetup: [mailrigGlobalSetup],
    // Node reads the sources itself, as it reads an installed mailrig: to have vite transform them costs each worker half
    // a second.
    server: { deps: { external: [/\/src\/(?!.*\.test\.ts)/] } },
    // A scenario waits now and then, for servers that boot and for mail on its way, and each worker has containers of its
    // own to make: on 2 cores 3 workers took 48 s for a project, 2 took 51 s and 4 took 55 s.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
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
