import { join } from 'node:path'
import { oneOfThese } from '../../errors/did-you-mean.ts'
import { EXIT, InputError } from '../../errors/mailrig-error.ts'
import type { Behaviour } from '../../report/behaviour.ts'
import { diffBehaviour } from '../../report/diff-behaviour.ts'
import { documentsOf, parseBehaviour, readDocuments, stale, writeDocuments } from '../../report/documents.ts'
import { joinRuns } from '../../report/join-runs.ts'
import { knownProjects, matrixNamed } from '../../report/matrix.ts'
import { isOfTarget } from '../../report/project-name.ts'
import { readRuns } from '../../report/read-run.ts'
import { unknownIds } from '../../report/render-coverage.ts'
import { missingFrom, onlyProjects, type RunDocument } from '../../report/run-document.ts'
import { summarise } from '../../report/summary.ts'
import { hasFailed } from '../../report/verdict.ts'
import { writeReport } from '../../report/write-report.ts'
import { makeReportFolder } from '../report-folder.ts'

interface ReportOptions {
  docs: string
  matrix: string
  check?: boolean
  html?: string
  target?: string
}

/** Makes the documents of one or more runs, or their report, or tells whether the documents there are up to date. */
export async function report(files: string[], options: ReportOptions): Promise<void> {
  const matrix = matrixNamed(options.matrix)
  const paths = files.length > 0 ? files : ['.mailrig/run.json']
  const { run, ended, missing: absent } = joinRuns(await readRuns(paths))
  for (const line of ended) process.stderr.write(`${line}\n`)
  if (options.html !== undefined) {
    if (options.check) {
      throw new InputError('--check writes nothing, and --html writes', {
        code: 'OPTIONS_CONFLICT',
        remedy: 'Give one of them; for both, call it twice.',
      })
    }
    makeReportFolder(options.html, '--html')
    const shown = options.target === undefined ? run : ofTargets(run, options.target.split(','))
    await writeReport(options.html, shown, knownProjects)
    process.stderr.write(`wrote ${join(options.html, 'index.html')}, junit.xml, run.json and durations.json\n`)
    for (const line of summarise(shown)) process.stderr.write(`${line}\n`)
    if (absent) throw absent
    if (hasFailed(shown)) process.exitCode = EXIT.failed
    return
  }
  if (options.target !== undefined) {
    throw new InputError('the documents are about all targets of the matrix', {
      code: 'OPTIONS_CONFLICT',
      remedy: 'Give --html with --target.',
    })
  }
  if (absent) throw absent
  const missing = missingFrom(run, matrix.projects)
  if (missing.length > 0) {
    throw new InputError(
      `${paths.join(', ')} is not a run of the whole ${matrix.suffix === '' ? '' : `${options.matrix} `}matrix in which all passed\n${missing.join('\n')}`,
      {
        code: 'RUN_INCOMPLETE',
        remedy: `Run \`npm ${matrix.suffix === '' ? 'test' : `run test:${options.matrix}`}\`, or give the files of the runs that make up the matrix.`,
      },
    )
  }
  const strangers = unknownIds(run)
  if (strangers.length > 0) {
    throw new InputError(`scenarios cover ${strangers.join(', ')}, and there is no such id`, {
      code: 'UNKNOWN_OBJECTIVE',
      remedy: 'Correct `covers`, or add the id to src/report/objectives.ts.',
    })
  }
  const fresh = documentsOf(run, matrix.projects)
  const committed = await readDocuments(options.docs, matrix)
  if (options.check) {
    const changes = stale(committed, fresh, matrix)
    for (const change of changes) process.stdout.write(`${change}\n`)
    if (changes.length > 0) process.exitCode = EXIT.failed
    return
  }
  const written = await writeDocuments(options.docs, matrix, fresh)
  const before = parseBehaviour(committed['behaviour.json'])
  const changes = before ? diffBehaviour(before, JSON.parse(fresh['behaviour.json']) as Behaviour) : []
  for (const change of changes) process.stdout.write(`${change}\n`)
  process.stderr.write(`wrote ${written.join(', ')} to ${options.docs}\n`)
}

/** What a run says of some targets: `production` of all releases, `production@trixie`, `postfix-trixie`. @throws {InputError} */
function ofTargets(run: RunDocument, targets: readonly string[]): RunDocument {
  const names = Object.keys(run.projects)
  for (const target of targets) {
    if (names.some((project) => isOfTarget(project, target))) continue
    throw new InputError(`there is no ${JSON.stringify(target)} in these runs; ${oneOfThese(target, names)}`, {
      code: 'TARGET_UNKNOWN',
      remedy: 'Name a target that these runs have.',
    })
  }
  return onlyProjects(
    run,
    names.filter((project) => targets.some((target) => isOfTarget(project, target))),
  )
}
