import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { mailrigGlobalSetup, mailrigProjects } from './src/vitest/config.ts'
import { MailrigSequencer } from './src/vitest/sequencer.ts'

// Scenario files import `mailrig/vitest` as a user's do; this condition leads it to the sources.
const conditions = ['mailrig-source']

export const SCENARIOS = ['scenarios/**/*.scenario.ts', 'scenarios/**/*.smtp']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    globalSetup: [mailrigGlobalSetup],
    // Node reads the sources itself, as it reads an installed mailrig: to have vite transform them costs each worker half
    // a second.
    server: { deps: { external: [/\/src\/(?!.*\.test\.ts)/] } },
    // A scenario waits now and then, for servers that boot and for mail on its way, and each worker has containers of its
    // own to make: on 2 cores 4 workers took 39.5 s for a project, 3 took 41.5 s.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: MailrigSequencer },
    reporters: ['default', ['./src/report/reporter.ts', { docs: 'docs' }]],
    projects: [
      // What these two import costs much: each worker imports it once. For the first that is more than what they do,
      // 27.5 s for all instead of 6.6.
      {
        extends: true,
        test: { name: 'unit', include: ['{src,scripts}/**/*.test.ts'], isolate: false, testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          // Those need images of their own, which take minutes to build: `npm run test:adopted`.
          exclude: ['test/wide/**'],
          // Commands that a test starts are bounded by how slow the machine is (test/run-command.ts); this ends the rest.
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
          isolate: false,
          globalSetup: ['test/shared-folder.ts'],
          // These start mailrig themselves; the engine and these images are there when they do.
          provide: { mailrig: { mta: 'postfix', release: 'bookworm' } },
        },
      },
      ...mailrigProjects({ include: SCENARIOS }),
    ],
  },
})
