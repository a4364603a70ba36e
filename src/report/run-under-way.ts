import { relative } from 'node:path'
import type { TestCase, TestModule, TestSpecification, Vitest } from 'vitest/node'
import { assignmentOf, type Unit } from './assignment.ts'
import { circumstancesOf } from './circumstances.ts'
import { commitOf } from './commit.ts'
import { gather, inMatrix, projectRuns, rigsOf, scenarioRun, testRun, unitsIn } from './gather.ts'
import { Journal, type JournalEntry } from './journal.ts'
import { withNotRun } from './not-run.ts'
import { type RunDocument, runDocument, withoutScenarioRecords } from './run-document.ts'

/** Where a run is written while it goes. */
export interface JournalPlace {
  path: string
  /** With the records of tests, for a report. */
  records: boolean
}

/** A run from its beginning to its document, and what of it is on disk meanwhile. */
export class RunUnderWay {
  readonly #vitest: Vitest
  readonly #startedAt = Date.now()
  readonly #specifications: readonly TestSpecification[]
  readonly #all: readonly TestSpecification[]
  readonly #head: Pick<RunDocument, 'format' | 'commit' | 'shard'>
  readonly #units: readonly Unit[]
  #journals: { journal: Journal; records: boolean }[] = []

  private constructor(
    vitest: Vitest,
    specifications: readonly TestSpecification[],
    known: { all: readonly TestSpecification[]; head: Pick<RunDocument, 'format' | 'commit' | 'shard'> },
  ) {
    this.#vitest = vitest
    this.#specifications = specifications
    this.#units = unitsIn(vitest.config.root, specifications)
    this.#all = known.all
    this.#head = known.head
  }

  /** @returns undefined where nothing in it is of the matrix */
  static async begin(
    vitest: Vitest,
    specifications: readonly TestSpecification[],
    places: readonly JournalPlace[],
  ): Promise<RunUnderWay | undefined> {
    const { root, shard } = vitest.config
    const whole = shard ? unitsIn(root, await vitest.getRelevantTestSpecifications(pathsOf(vitest))) : []
    if (whole.length === 0 && unitsIn(root, specifications).length === 0) return undefined
    const commit = await commitOf(root)
    const run = new RunUnderWay(vitest, specifications, {
      all: await vitest.globTestSpecifications(),
      head: {
        format: 1,
        ...(commit === undefined ? {} : { commit }),
        ...(shard ? { shard: { ...shard, whole: assignmentOf(whole) } } : {}),
      },
    })
    run.#open(places)
    return run
  }

  #open(places: readonly JournalPlace[]): void {
    const { root } = this.#vitest.config
    const projects = projectRuns(
      root,
      this.#all,
      this.#specifications.map(({ project }) => project),
    )
    const { format, ...head } = this.#head
    const made = [circumstancesOf(this.#startedAt, undefined)]
    const first: RunDocument = { format, made, ...head, unfinished: assignmentOf(this.#units), projects }
    this.#journals = places.flatMap(({ path, records }) => {
      try {
        return [{ journal: new Journal(path, first), records }]
      } catch {
        // The document at its end meets the same, and says so.
        return []
      }
    })
  }

  /** The tests of a file are known. */
  collected(module: TestModule): void {
    const tests = [...module.children.allTests()].map(({ id, fullName }) => ({ id, name: fullName }))
    this.#add(module, (common) => ({ ...common, file: this.#fileOf(module), tests }))
  }

  /** A test has ended. */
  tested(test: TestCase): void {
    this.#add(test.module, (common, records) => {
      const { record, ...rest } = testRun(this.#vitest.config.root, test)
      const rigs = records ? { rigs: rigsOf([test]) } : {}
      const ended = { ...rest, ...(records && record ? { record } : {}) }
      return { ...common, file: this.#fileOf(test.module), id: test.id, test: ended, ...rigs }
    })
  }

  /** A file has ended. */
  ended(module: TestModule): void {
    this.#add(module, ({ project }, records) => {
      const scenario = scenarioRun(this.#vitest.config.root, module)
      return { project, scenario: records ? scenario : withoutScenarioRecords(scenario) }
    })
  }

  #add(module: TestModule, make: (common: { project: string }, records: boolean) => JournalEntry): void {
    if (!inMatrix(module.project)) return
    for (const { journal, records } of this.#journals) journal.add(make({ project: module.project.name }, records))
  }

  #fileOf(module: TestModule): string {
    return relative(this.#vitest.config.root, module.moduleId)
  }

  /** The document. It takes the places of the journals, which are closed. */
  end(modules: readonly TestModule[], { interrupted }: { interrupted: boolean }): RunDocument {
    for (const { journal } of this.#journals.splice(0)) journal.close()
    const { root, testNamePattern } = this.#vitest.config
    const filtered =
      testNamePattern !== undefined ||
      interrupted ||
      this.#specifications.some(({ testLines, testIds }) => testLines !== undefined || testIds !== undefined)
    const projects = gather(root, modules, this.#all, { filtered })
    const engine = modules[0]?.project.getProvidedContext().mailrigEngine
    const { format, ...head } = this.#head
    const run = { format, made: [circumstancesOf(this.#startedAt, engine)], ...head, projects }
    // As whoever reads it later has it, so that both make the same of it.
    return runDocument.parse(withNotRun(run, this.#units, 'not run: the run was ended before it came to this'))
  }
}

/** The files and folders that a run was asked for; vitest's types do not have it. */
function pathsOf(vitest: Vitest & { filenamePattern?: string[] }): string[] {
  return vitest.filenamePattern ?? []
}
