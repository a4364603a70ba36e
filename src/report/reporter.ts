import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import type { Reporter, TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node'
import { outColours as pc } from '../errors/colours.ts'
import { circumstancesOf } from './circumstances.ts'
import { CpuMeter } from './cpu-meter.ts'
import { documentsOf, readDocuments, stale } from './documents.ts'
import { gather, inMatrix } from './gather.ts'
import { knownProjects, matrixNamed } from './matrix.ts'
import { missingFrom, type RunDocument, withoutRecords } from './run-document.ts'
import { slowest } from './slowest.ts'
import { summarise } from './summary.ts'
import { writeReport } from './write-report.ts'

export interface MailrigReporterOptions {
  /** Where the run is recorded, from the root. Default `.mailrig/run.json`; `--outputFile.mailrig` wins over it. */
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
  #specifications: readonly TestSpecification[] = []
  #startedAt = Date.now()

  constructor(options: MailrigReporterOptions = {}) {
    this.#options = options
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    // Before the first worker starts: each takes what is provided when it does.
    if (this.#reportFolder(vitest) !== undefined) vitest.provide('mailrigRecords', true)
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#specifications = specifications
    this.#startedAt = Date.now()
  }

  async onTestRunEnd(modules: readonly TestModule[], _errors: unknown, reason: TestRunEndReason): Promise<void> {
    const vitest = this.#vitest
    if (!vitest) return
    const own = modules.filter(({ project }) => inMatrix(project))
    if (own.length === 0) return
    const { root, outputFile } = vitest.config
    const projects = gather(root, own, await vitest.globTestSpecifications(), {
      filtered:
        vitest.config.testNamePattern !== undefined ||
        reason === 'interrupted' ||
        this.#specifications.some(({ testLines, testIds }) => testLines !== undefined || testIds !== undefined),
    })
    const engine = own[0]?.project.getProvidedContext().mailrigEngine
    const run: RunDocument = { format: 1, made: [circumstancesOf(this.#startedAt, engine)], projects }
    const path = resolve(root, named(outputFile) ?? this.#options.outputFile ?? '.mailrig/run.json')
    const say = (text: string) => vitest.logger.log(`${pc.bold(' mailrig')}  ${text}`)
    // Only `mailrig report` asks for it later: a folder that is read-only, or full, is no reason to fail.
    const unwritten = await write(path, JSON.stringify(withoutRecords(run))).catch((error: Error) => error)
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

  #reportFolder({ config }: Vitest): string | undefined {
    const asked = process.env.MAILRIG_REPORT
    if (asked) return resolve(asked)
    return this.#options.report === undefined ? undefined : resolve(config.root, this.#options.report)
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // Whoever reads it while another run ends finds one or the other, whole.
  await writeFile(`${path}.${process.pid}`, text)
  await rename(`${path}.${process.pid}`, path)
}

/** `--outputFile.mailrig=path`; vitest's type knows its own reporters alone. */
function named(outputFile: string | object | undefined): string | undefined {
  if (typeof outputFile !== 'object' || !('mailrig' in outputFile)) return undefined
  return typeof outputFile.mailrig === 'string' ? outputFile.mailrig : undefined
}
