import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import pc from 'picocolors'
import { terminalProgress } from '../../engine/progress.ts'
import { EXIT, InputError, MailrigError } from '../../errors/mailrig-error.ts'
import { HostGround } from '../../play/host-ground.ts'
import { describeFailure } from '../../play/play-failure.ts'
import { playTable } from '../../play/play-table.ts'
import { playSessionFile } from '../../play/player.ts'
import { RigGround } from '../../play/rig-ground.ts'
import type { Failure, Step } from '../../play/step.ts'
import { type OpenRun, openRun, prepareEngine, type Target } from '../../rig/open-run.ts'
import type { Rig } from '../../rig/rig.ts'
import { startRig } from '../../rig/start-rig.ts'
import { type LoadedSessionFile, loadSessionFile } from '../../session-file/load.ts'
import { lackingFor } from '../../session-file/runs-on.ts'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import { chooseTargets } from '../choose.ts'
import { hostAndPort } from '../host-and-port.ts'
import { cleanUpOnSignal } from '../until-interrupted.ts'

interface PlayOptions {
  mta: string
  release: string
  against?: string
  keep?: boolean
  json?: boolean
}

/** What `--json` prints for each file and server. */
interface PlayDocument {
  file: string
  server: { mta: string; release: string; version: string }
  verdict: 'pass' | 'fail' | 'unsupported'
  steps: Step[]
  /** Why it is unsupported. */
  reason?: string
}

interface Result extends PlayDocument {
  failure?: Failure
}

export async function play(paths: string[], options: PlayOptions): Promise<void> {
  const files = await loadAll(paths)
  if (options.against !== undefined) {
    const results = await playAgainst(files, options.against, options)
    finish(results, options)
    return
  }
  const targets = chooseTargets(options)
  const engine = await prepareEngine(targets, terminalProgress())
  // Containers that wait for another rig are worth their room only where there is another file.
  const run = await openRun(engine, { recycle: files.length > 1 ? 2 * targets.length : 0 })
  const rigs: Rig[] = []
  await cleanUpOnSignal(
    async () => {
      const results: Result[] = []
      for (const file of files) results.push(...(await playOnAll(file, targets, run, rigs, options)))
      if (options.json) process.stdout.write(`${JSON.stringify(results.map(documentOfResult), null, 2)}\n`)
      if (results.some(({ verdict }) => verdict === 'fail')) process.exitCode = EXIT.failed
      if (options.keep) await held(rigs)
    },
    async () => {
      await Promise.all(rigs.map((rig) => rig.stop()))
      await run.close()
    },
  )
}

/** All or none: every file that cannot be read is named, and nothing was started. */
async function loadAll(paths: readonly string[]): Promise<LoadedSessionFile[]> {
  const loaded = await Promise.allSettled(paths.map((path) => loadSessionFile(path)))
  const errors = loaded.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const [first] = errors
  if (first === undefined) return loaded.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const known = errors.filter((error): error is MailrigError => error instanceof MailrigError)
  if (known.length !== errors.length || errors.length === 1) throw first
  throw new InputError(known.map(({ message }) => message).join('\n'), {
    code: 'SESSION_FILE',
    remedy: 'Correct the places named above; nothing was started. docs/session-files.md has the grammar.',
  })
}

/** One file on every server, side by side; shown when the last is done, or as it goes where there is one. */
async function playOnAll(
  file: LoadedSessionFile,
  targets: readonly Target[],
  run: OpenRun,
  rigs: Rig[],
  options: PlayOptions,
): Promise<Result[]> {
  const live = targets.length === 1 && !options.json
  if (live) say(pc.bold(titleOf(file)))
  const room = new Room(roomFor())
  const results = await Promise.allSettled(
    targets.map((target) => room.enter(() => playOn(file, target, run, rigs, { ...options, live }))),
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  const played = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  if (!options.json) show(file, played, live)
  return played
}

async function playOn(
  file: LoadedSessionFile,
  target: Target,
  { world }: OpenRun,
  rigs: Rig[],
  { live, keep }: PlayOptions & { live: boolean },
): Promise<Result> {
  const { mta, release } = target
  const reason = lackingFor(file.front.needs, mta, release)
  const server = { mta: mta.name, release }
  if (reason !== undefined) {
    return { file: file.path, server: { ...server, version: '' }, verdict: 'unsupported', steps: [], reason }
  }
  const topology = parseTopology(file.front.topology as TopologyInput)
  const rig = await startRig({ topology, mta, release, world })
  rigs.push(rig)
  const ground = new RigGround(rig, live ? { onLine: say } : {})
  const [version, played] = await Promise.all([
    rig.mta.version(),
    playSessionFile(file, ground, live ? { onStep: sayStep } : {}),
  ])
  // Its end takes as long as that of a container, and nobody waits for it but the end of the run.
  if (!keep) void rig.stop().catch(() => undefined)
  return { file: file.path, server: { ...server, version }, ...played }
}

async function playAgainst(
  files: readonly LoadedSessionFile[],
  against: string,
  options: PlayOptions,
): Promise<Result[]> {
  const endpoint = hostAndPort(against, '--against')
  const results: Result[] = []
  for (const file of files) {
    if (!options.json) say(pc.bold(titleOf(file)))
    const ground = new HostGround(endpoint, options.json ? {} : { onLine: say })
    const played = await playSessionFile(file, ground, options.json ? {} : { onStep: sayStep })
    const result = { file: file.path, server: { mta: against, release: '', version: '' }, ...played }
    if (!options.json) show(file, [result], true)
    results.push(result)
  }
  return results
}

function finish(results: readonly Result[], { json }: PlayOptions): void {
  if (json) process.stdout.write(`${JSON.stringify(results.map(documentOfResult), null, 2)}\n`)
  if (results.some(({ verdict }) => verdict === 'fail')) process.exitCode = EXIT.failed
}

function show(file: LoadedSessionFile, results: readonly Result[], live: boolean): void {
  if (!live) {
    say(pc.bold(titleOf(file)))
    const columns = results.map(({ server, steps, reason }) => ({
      title: [server.mta, `${server.release} ${server.version}`.trim()] as const,
      steps,
      ...(reason === undefined ? {} : { reason }),
    }))
    const width = process.stdout.columns
    say(playTable(columns, { mark: pc.yellow, ...(width === undefined ? {} : { width }) }))
  }
  for (const { server, failure, verdict, reason } of results) {
    const name = [server.mta, server.release].filter(Boolean).join(' ')
    if (failure) say(`${pc.red('fail')} ${name}: ${describeFailure(file.path, failure)}`)
    else if (live && verdict === 'unsupported') say(`${pc.yellow('unsupported')} ${name}: ${reason}`)
    else if (live) say(`${pc.green('pass')} ${name}`)
  }
}

/** What a transcript does not show. */
function sayStep(step: Step): void {
  if (step.verdict === 'skipped') say(pc.dim(`· line ${step.line}: ${step.expected || step.sent} (${step.why})`))
  else if (step.verdict === 'pass' && /^(?:mailbox|local|upstream|queue|log)\b/.test(step.expected)) {
    say(`${pc.green('✓')} line ${step.line}: ${step.expected}`)
  }
}

function titleOf({ path, front }: LoadedSessionFile): string {
  return front.title === undefined ? path : `${path}: ${front.title}`
}

function documentOfResult({ failure: _, ...document }: Result): PlayDocument {
  return document
}

/** Until somebody has looked: the rigs end with this process. */
async function held(rigs: readonly Rig[]): Promise<void> {
  for (const rig of rigs) {
    const { mta, accounts } = rig
    process.stderr.write(`${mta.name} ${await mta.version()} (${mta.release}) is up:\n`)
    for (const [name, { host, port }] of Object.entries(endpointsOf(rig))) {
      process.stderr.write(`  ${name.padEnd(12)}${host}:${port}\n`)
    }
    for (const { user, password } of accounts) process.stderr.write(`  ${user}  password ${password}\n`)
  }
  process.stderr.write('Ctrl-C ends it.\n')
  await once(process, 'SIGINT')
}

function endpointsOf(rig: Rig): Record<string, { host: string; port: number }> {
  const mta = { smtp: rig.endpoint('smtp'), submission: rig.endpoint('submission') }
  return rig.hasStore ? { ...mta, imap: rig.store.endpoint('imap'), pop3: rig.store.endpoint('pop3') } : mta
}

/** How many rigs may be up at a time: each waits more than it works. */
function roomFor(): number {
  return Math.max(6, 3 * availableParallelism())
}

/** Lets so many in at a time, the others as those leave. */
class Room {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(size: number) {
    this.#free = size
  }

  async enter<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
