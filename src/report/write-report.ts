import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPage } from './html/render-page.ts'
import { renderJunit } from './junit.ts'
import type { RunDocument } from './run-document.ts'
import { durationsOf, durationsText } from './run-durations.ts'
import { renderStepSummary } from './step-summary.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Writes the report of a run into a folder: index.html, junit.xml, run.json with the records, of which several can be
 * joined, and durations.json, by which the next run can be split. In a GitHub job the step summary too.
 */
export async function writeReport(folder: string, run: RunDocument, known: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const summary = process.env.GITHUB_STEP_SUMMARY
  await Promise.all([
    writeWhole(join(folder, 'run.json'), JSON.stringify(run)),
    writeWhole(join(folder, 'durations.json'), durationsText(durationsOf(run))),
    writeWhole(join(folder, 'junit.xml'), renderJunit(run)),
    renderPage(run, known).then((page) => writeWhole(join(folder, 'index.html'), page)),
    ...(summary ? [appendFile(summary, renderStepSummary(run, known))] : []),
  ])
}
