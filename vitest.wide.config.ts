// The scenarios on every release, those about the mail store on the other store too, and nothing else: `npm run test:wide`. The documents it is held against have names of
// their own (docs/decisions/0010-documents-of-the-wide-matrix.md).
import { defineConfig } from 'vitest/config'
import { DEFAULT_RELEASES, RELEASES } from './src/servers/release.ts'
import { mailrigProjects } from './src/vitest/config.ts'
import usual, { SCENARIOS } from './vitest.config.ts'

/** What a mail store has a part in beyond taking mail by LMTP. */
const STORE_SCENARIOS = ['filtering', 'quotas', 'retrieval', 'sessions'].flatMap((area) => [
  `scenarios/${area}/*.scenario.ts`,
  `scenarios/${area}/*.smtp`,
])

export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    reporters: [
      'default',
      ['./src/report/reporter.ts', { docs: 'docs', matrix: 'wide', outputFile: '.mailrig/run-wide.json' }],
    ],
    projects: [
      ...mailrigProjects({ include: SCENARIOS, releases: RELEASES }),
      ...mailrigProjects({ include: STORE_SCENARIOS, releases: DEFAULT_RELEASES, stores: ['cyrus'] }),
    ],
  },
})
