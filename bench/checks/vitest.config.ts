import { availableParallelism } from 'node:os'
import { mailrigGlobalSetup, mailrigProjects } from 'mailrig/vitest/config'
import { defineConfig } from 'vitest/config'

// The twelve checks as mailrig has them, for bench/usual.ts; the target is BENCH_MTA on BENCH_RELEASE.
const conditions = ['mailrig-source']
const { BENCH_MTA: mta = 'postfix', BENCH_RELEASE: release = 'bookworm' } = process.env

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    globalSetup: [mailrigGlobalSetup],
    // Each worker has containers of its own made, which is most of the work of four files.
    maxWorkers: availableParallelism(),
    server: { deps: { external: [/\/src\//] } },
    projects: mailrigProjects({ mtas: [mta], releases: [release as 'bookworm'] }),
  },
})
