// `npm run scaling`: computes how a run grows with its machines, measures how long it takes to join what they leave, and writes
// docs/scaling.md. The durations beside this file were recorded: .mailrig/durations.json of a run.

import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { readDurations } from '../../src/shards/durations.ts'
import { measureMerge } from './measure-merge.ts'
import { scalingPage } from './page.ts'
import { repeated, simulate } from './simulate.ts'

const PAGE = new URL('../../docs/scaling.md', import.meta.url)
/** As many as mailrig's own suite has, on as many servers as its matrix has. */
const [FILES, SERVERS] = [125, 8]
const MANY_SERVERS = 240
/** Seconds before the first file, and how many files side by side: assumed. */
const OVERHEAD = 15
const WORKERS = 4

const recorded = await readDurations(fileURLToPath(new URL('./durations.json', import.meta.url)))
const spread = repeated(recorded, FILES)
const ofMachines = (servers: number) => (shards: number) =>
  simulate({ recorded: spread, servers, shards, overhead: OVERHEAD, workers: WORKERS })

const merged = []
for (const shards of [10, 100, 1_000]) {
  merged.push(await measureMerge({ shards, servers: 50, files: 200, tests: 6, failing: 500 }))
}
const page = scalingPage({
  usual: [1, 2, 4, 8, 16, 32].map(ofMachines(SERVERS)),
  large: [10, 100, 1_000, 10_000].map(ofMachines(MANY_SERVERS)),
  merged,
  recordedFiles: Object.values(recorded.projects).reduce((sum, files) => sum + Object.keys(files).length, 0),
  overhead: OVERHEAD,
  workers: WORKERS,
  machine: `${availableParallelism()} cores`,
})
await writeFile(PAGE, page)
process.stderr.write(`wrote ${fileURLToPath(PAGE)}\n`)
