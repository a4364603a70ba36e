import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { readOutcomes } from './outcomes.ts'
import { Stress } from './stress.ts'
import { formatTable, type Run } from './table.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const REPORTER = fileURLToPath(new URL('./outcomes-reporter.ts', import.meta.url))

interface Options {
  runs: number
  stress?: number | true
  projects?: string
  report?: true
  folder: string
}

const program = new Command('series')
  .description('Runs the tests again and again, and counts what fails.')
  .argument('[files...]', 'scenario or test files, as vitest takes them; all without')
  .option('--runs <n>', 'how many runs', count, 10)
  .option('--stress [each]', 'two busy processes a core alongside: in every run, or in each n-th', count)
  .option('--projects <names>', 'only these of vitest, comma between, e.g. exim-trixie,unit')
  .option('--report', 'keep a run report with the evidence; costs some processor time in each run')
  .option('--folder <path>', 'where the evidence of failures goes', join(ROOT, '.mailrig/series'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
const options = program.opts<Options>()
const folder = resolve(options.folder)

/** Set by Ctrl-C: the run under way is ended, the table printed. */
let interrupted = false
let endRun = () => {}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true
    endRun()
  })
}

const runs: Run[] = []
for (let number = 1; number <= options.runs && !interrupted; number += 1) {
  const stressed = options.stress !== undefined && number % (options.stress === true ? 1 : options.stress) === 0
  const run = await once(number, stressed)
  if (run) runs.push(run)
}
process.stdout.write(`\n${formatTable(runs)}`)
const failed = runs.some(hasFailed)
if (failed) process.stdout.write(`evidence in ${relative(process.cwd(), folder)}\n`)
process.exitCode = interrupted ? 130 : failed ? 1 : 0

/** One run of vitest; undefined where it was interrupted. Its evidence is kept where something failed. */
async function once(number: number, stressed: boolean): Promise<Run | undefined> {
  const own = join(folder, `run-${number}`)
  await rm(own, { recursive: true, force: true })
  await mkdir(own, { recursive: true })
  const outcomesPath = join(own, 'outcomes.json')
  const output = createWriteStream(join(own, 'output.txt'))
  const stress = stressed ? new Stress() : undefined
  const began = performance.now()
  try {
    const child = spawn(process.execPath, [VITEST, 'run', ...vitestArguments()], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in the terminal reaches it through this process, once.
      detached: true,
      env: {
        ...process.env,
        NO_COLOR: '1',
        MAILRIG_SERIES_OUTCOMES: outcomesPath,
        ...(options.report ? { MAILRIG_REPORT: join(own, 'report') } : {}),
      },
    })
    endRun = () => child.kill('SIGINT')
    child.stdout.pipe(output, { end: false })
    child.stderr.pipe(output, { end: false })
    await new Promise<void>((done) => child.once('close', () => done()))
  } finally {
    endRun = () => {}
    await stress?.end()
    await new Promise<void>((done) => output.end(() => done()))
  }
  if (interrupted) return undefined
  const run: Run = { number, stressed, outcomes: await readOutcomes(outcomesPath).catch(() => undefined) }
  const bad = hasFailed(run)
  const seconds = Math.round((performance.now() - began) / 1000)
  const what = bad ? formatTable([run]).split('\n').slice(2).join('\n').trimEnd() : 'all passed'
  process.stdout.write(
    `run ${number}${stressed ? ', under stress' : ''}, ${seconds} s: ${bad ? `\n${what}\n` : `${what}\n`}`,
  )
  if (!bad) await rm(own, { recursive: true })
  return run
}

function hasFailed({ outcomes }: Run): boolean {
  return outcomes === undefined || outcomes.errors.length > 0 || outcomes.tests.some((test) => test.failed)
}

/** The reporters of the configuration are put aside: they compare documents, which is not what is asked here. */
function vitestArguments(): string[] {
  const projects = options.projects?.split(',') ?? []
  return [
    ...program.args,
    ...projects.flatMap((name) => ['--project', name]),
    '--reporter=default',
    `--reporter=${REPORTER}`,
    ...(options.report ? [`--reporter=${join(ROOT, 'src/report/reporter.ts')}`] : []),
  ]
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('A whole number from 1 on.')
  return number
}
