// `node scripts/scaling/merge.ts FOLDER`: joins the documents of a folder and makes everything that `mailrig report --html`
// makes, in a process of its own, so that its memory can be told.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { joinRuns } from '../../src/report/join-runs.ts'
import { knownProjects } from '../../src/report/matrix.ts'
import { readRuns } from '../../src/report/read-run.ts'
import { writeReport } from '../../src/report/write-report.ts'

const [folder = ''] = process.argv.slice(2)
const paths = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => join(folder, name))
const began = performance.now()
const { run, missing } = joinRuns(await readRuns(paths))
if (missing) throw missing
const joined = performance.now()
await writeReport(join(folder, 'report'), run, knownProjects)
const tests = Object.values(run.projects).flatMap(({ scenarios }) => scenarios.flatMap((scenario) => scenario.tests))
process.stdout.write(
  `${JSON.stringify({
    documents: paths.length,
    tests: tests.length,
    joinSeconds: (joined - began) / 1000,
    seconds: (performance.now() - began) / 1000,
    // In KiB on every system that Node runs on (process.resourceUsage).
    megabytes: statSync(join(folder, 'report/index.html')).size / 1e6,
    mebibytes: process.resourceUsage().maxRSS / 1024,
  })}\n`,
)
