import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPage } from './html/render-page.ts'
import { renderJunit } from './junit.ts'
import type { RunDocument } from './run-document.ts'
import { renderStepSummary } from './step-summary.ts'

/**
 * Writes the report of a run into a folder: index.html, junit.xml, and run.json with the records, of which several can be
 * joined. In a GitHub job the step summary too.
 */
export async function writeReport(folder: string, run: RunDocument, known: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const summary = process.env.GITHUB_STEP_SUMMARY
  await Promise.all([
    writeFile(join(folder, 'run.json'), JSON.stringify(run)),
    writeFile(join(folder, 'junit.xml'), renderJunit(run)),
    renderPage(run, known).then((page) => writeFile(join(folder, 'index.html'), page)),
    ...(summary ? [appendFile(summary, renderStepSummary(run, known))] : []),
  ])
}
