import { join, relative, resolve } from 'node:path'
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node'
import { outColours as pc } from '../errors/colours.ts'
import { KEPT_DURATIONS } from '../shards/durations.ts'
import { CpuMeter } from './cpu-meter.ts'
import { documentsOf, readDocuments, stale } from './documents.ts'
import { inMatrix } from './gather.ts'
import { knownProjects, matrixNamed } from './matrix.ts'
import { missingFrom, type RunDocument, withoutRecords } from './run-document.ts'
import { durationsText, nextDurations } from './run-durations.ts'
import { RunUnderWay } from './run-under-way.ts'
import { slowest } from './slowest.ts'
import { summarise } from './summary.ts'
import { whatFailed } from './what-failed.ts'
import { writeReport } from './write-report.ts'
import { writeWhole } from './write-whole.ts'

export interface MailrigReporterOptions {
  /**
   * Where the run is recorded, from the root. Default `.mailrig/run.json`, of a shard `.mailrig/run-2-4.json`;
   * `--outputFile.mailrig` wins over it.
   */
  outputFile?: string
  /**
   * The folder of behaviour.json, behaviour.md and coverage.md, from the root. When given, a run of the whole matrix
   * fails where they are not what the run showed.
   */
  docs?: string
  /** Of which matrix the documents are: `default` or `wide`. Those of `wide` are named behaviour-wide.md and so on. */
  matrix?: string
  /**
   * A folder for the run report, from the root: index.html, run.json and junit.xml. The variable MAILRIG_REPORT, from the
   * working directory, wins over it. Not given: no report, and no evidence is kept of what passed.
   */
  report?: string
}

const SHOWN = 30

/** Records what the scenarios of a run covered and observed, and counts at its end. Says nothing of other tests. */
export default class MailrigReporter implements Reporter {
  readonly #options: MailrigReporterOptions
  readonly #cpu = new CpuMeter()
  #vitest: Vitest | undefined
  #run: RunUnderWay | undefined

  constructor(options: MailrigReporterOptions = {}) {
    this.#options = options
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    // Before the first worker starts: each takes what is provided when it does.
    if (this.#reportFolder(vitest) !== undefined) vitest.provide('mailrigRecords', true)
  }

  async onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    const vitest = this.#vitest
    if (!vitest) return
    const report = this.#reportFolder(vitest)
    const places = [
      { path: this.#documentPath(vitest), records: false },
      ...(report === undefined ? [] : [{ path: join(report, 'run.json'), records: true }]),
    ]
    this.#run = await RunUnderWay.begin(vitest, specifications, places)
  }

  onTestModuleCollected(module: TestModule): void {
    this.#run?.collected(module)
  }

  onTestCaseResult(test: TestCase): void {
    this.#run?.tested(test)
  }

  onTestModuleEnd(module: TestModule): void {
    this.#run?.ended(module)
  }

  async onTestRunEnd(modules: readonly TestModule[], _errors: unknown, reason: TestRunEndReason): Promise<void> {
    const [vitest, underWay] = [this.#vitest, this.#run]
    if (!vitest || !underWay) return
    const own = modules.filter(({ project }) => inMatrix(project))
    const run = underWay.end(own, { interrupted: reason === 'interrupted' })
    const { root } = vitest.config
    const path = this.#documentPath(vitest)
    const say = (text: string) => vitest.logger.log(`${pc.bold(' mailrig')}  ${text}`)
    // Only `mailrig report` asks for it later: a folder that is read-only, or full, is no reason to fail.
    const unwritten = await keep(path, run, root).catch((error: Error) => error)
    if (unwritten) say(pc.yellow(`the record of this run was not written: ${unwritten.message}`))
    for (const line of [...summarise(run), ...this.#cpu.summary(own), ...slowest(run)]) say(line)
    const report = this.#reportFolder(vitest)
    if (report !== undefined) {
      const failure = await writeReport(report, run, knownProjects).catch((error: Error) => error)
      if (failure) {
        process.exitCode = 1
        say(pc.red(`the report was not written: ${failure.message}`))
      } else say(`report in ${relative(process.cwd(), join(report, 'index.html'))}`)
    }
    await this.#compareDocuments(vitest, run, path, say)
    for (const line of whatFailed(modules)) say(pc.red(line))
  }

  async #compareDocuments(vitest: Vitest, run: RunDocument, path: string, say: (text: string) => void): Promise<void> {
    const { root } = vitest.config
    if (this.#options.docs === undefined) return
    const matrix = matrixNamed(this.#options.matrix ?? 'default')
    const missing = missingFrom(run, matrix.projects)
    if (missing.length > 0)
      return say(pc.dim('documents not compared: this was not the whole matrix, or not all of it passed'))
    const committed = await readDocuments(resolve(root, this.#options.docs), matrix)
    const changes = stale(committed, documentsOf(run, matrix.projects), matrix)
    if (changes.length === 0) return
    process.exitCode = 1
    say(pc.red(`${this.#options.docs} is not what this run showed:`))
    for (const change of changes.slice(0, SHOWN)) say(change)
    if (changes.length > SHOWN) say(`… and ${changes.length - SHOWN} lines more`)
    say(
      `look whether that is right, then run \`mailrig report ${matrix.suffix === '' ? '' : `--matrix ${this.#options.matrix} `}${relative(process.cwd(), path)}\` and commit ${this.#options.docs}`,
    )
  }

  /** Of a shard one of its own, so that shards that share a folder do not overwrite each other's. */
  #documentPath({ config: { root, outputFile, shard } }: Vitest): string {
    const usual = shard ? `.mailrig/run-${shard.index}-${shard.count}.json` : '.mailrig/run.json'
    return resolve(root, named(outputFile) ?? this.#options.outputFile ?? usual)
  }

  #reportFolder({ config }: Vitest): string | undefined {
    const asked = process.env.MAILRIG_REPORT
    if (asked) return resolve(asked)
    return this.#options.report === undefined ? undefined : resolve(config.root, this.#options.report)
  }
}

async function keep(path: string, run: RunDocument, root: string): Promise<void> {
  await writeWhole(path, JSON.stringify(withoutRecords(run)))
  // The other shards of a run have to be split by the same.
  if (run.shard === undefined)
    await writeWhole(join(root, KEPT_DURATIONS), durationsText(await nextDurations(root, run)))
}

/** `--outputFile.mailrig=path`; vitest's type knows its own reporters alone. */
function named(outputFile: string | object | undefined): string | undefined {
  if (typeof outputFile !== 'object' || !('mailrig' in outputFile)) return undefined
  return typeof outputFile.mailrig === 'string' ? outputFile.mailrig : undefined
}
