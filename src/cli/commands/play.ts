import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { outColours as pc } from '../../errors/colours.ts'
import { EXIT, InputError, MailrigError, UnsupportedError } from '../../errors/mailrig-error.ts'
import { HostGround } from '../../play/host-ground.ts'
import { describeFailure } from '../../play/play-failure.ts'
import { playTable } from '../../play/play-table.ts'
import { playSessionFile } from '../../play/player.ts'
import { RigGround } from '../../play/rig-ground.ts'
import type { Failure, Step } from '../../play/step.ts'
import { mapTexts } from '../../report/mask.ts'
import { type Evidence, formatEvidence } from '../../rig/evidence.ts'
import { type OpenRun, openRun } from '../../rig/open-run.ts'
import type { Rig } from '../../rig/rig.ts'
import { type LoadedSessionFile, loadSessionFile } from '../../session-file/load.ts'
import { hostAndPort } from '../host-and-port.ts'
import { type PlayChoice, type PlayTarget, playTargets } from '../play-targets.ts'
import { cleanUpOnSignal } from '../until-interrupted.ts'

interface PlayOptions extends PlayChoice {
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
  /** Of a failure on a rig: what is known of its messages. */
  evidence?: Evidence
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
  const { targets, engine } = await playTargets(files, options)
  // Containers that wait for another rig are worth their room only where there is another file.
  const run = await openRun(engine, { recycle: files.length * targets.length > 1 ? 2 * targets.length : 0 })
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

/**
 * Servers played one after the other, as many lanes side by side as there are cores. Those of one release share a lane
 * where they can, and the container of its mail store with it: to make one costs more than to play.
 */
function lanesOf(targets: readonly PlayTarget[], lanes: number): PlayTarget[][] {
  const sorted = [...targets].sort(({ server: a }, { server: b }) =>
    a.release < b.release ? -1 : a.release > b.release ? 1 : 0,
  )
  const length = Math.ceil(sorted.length / Math.min(lanes, sorted.length))
  return Array.from({ length: Math.ceil(sorted.length / length) }, (_, index) =>
    sorted.slice(index * length, (index + 1) * length),
  )
}

/** One file on every server, side by side; shown when the last is done, or as it goes where there is one. */
async function playOnAll(
  file: LoadedSessionFile,
  targets: readonly PlayTarget[],
  run: OpenRun,
  rigs: Rig[],
  options: PlayOptions,
): Promise<Result[]> {
  const live = targets.length === 1 && !options.json
  if (live) say(pc.bold(titleOf(file)))
  const results = new Map<PlayTarget, Result>()
  const lanes = lanesOf(targets, availableParallelism()).map(async (lane) => {
    for (const target of lane) results.set(target, await playOn(file, target, run, rigs, { ...options, live }))
  })
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason
  const played = targets.flatMap((target) => results.get(target) ?? [])
  if (!options.json) show(file, played, live)
  return played
}

async function playOn(
  file: LoadedSessionFile,
  target: PlayTarget,
  { world }: OpenRun,
  rigs: Rig[],
  { live, keep }: PlayOptions & { live: boolean },
): Promise<Result> {
  const { server } = target
  const unsupported = (reason: string): Result => {
    return { file: file.path, server: { ...server, version: '' }, verdict: 'unsupported', steps: [], reason }
  }
  const lacking = target.lacking(file)
  if (lacking !== undefined) return unsupported(lacking)
  const rig = await target.start(file, world).catch(unlessUnsupported)
  if (rig instanceof UnsupportedError) return unsupported(rig.message)
  rigs.push(rig)
  const { mask = unchanged } = rig
  const ground = new RigGround(rig, live ? { onLine: (line) => say(mask(line)) } : {})
  const onStep = (step: Step) => sayStep(mapTexts(step, mask))
  const asked = rig.mta.version()
  // A server that the file kills answers no question that is under way.
  if (file.statements.some(({ kind }) => kind === 'fault')) await asked
  const [version, played] = await Promise.all([
    asked,
    playSessionFile(file, ground, live ? { onStep } : {}).catch(unlessUnsupported),
  ])
  if (played instanceof UnsupportedError) return unsupported(mask(played.message))
  const evidence = played.failure && (await ground.evidence({ transcripts: !live }))
  // Waited for: the next on this release finds the mail store's container as new.
  if (!keep) await rig.stop()
  const result = { file: file.path, server: { ...server, version }, ...played, ...(evidence ? { evidence } : {}) }
  return mapTexts(result, mask)
}

function unchanged(text: string): string {
  return text
}

function unlessUnsupported(error: unknown): UnsupportedError {
  if (error instanceof UnsupportedError) return error
  throw error
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
    say(playTable(columns, { mark: pc.yellow, width: process.stdout.columns ?? Number.POSITIVE_INFINITY }))
  }
  for (const { server, failure, verdict, reason, evidence } of results) {
    const name = [server.mta, server.release].filter(Boolean).join(' ')
    if (failure) say(`${pc.red('fail')} ${name}: ${describeFailure(file.path, failure)}`)
    if (evidence) say(formatEvidence(evidence))
    if (failure) continue
    if (live && verdict === 'unsupported') say(`${pc.yellow('unsupported')} ${name}: ${reason}`)
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
  const mta = {
    smtp: rig.endpoint('smtp'),
    submission: rig.endpoint('submission'),
    submissions: rig.endpoint('submissions'),
  }
  return rig.hasStore ? { ...mta, imap: rig.store.endpoint('imap'), pop3: rig.store.endpoint('pop3') } : mta
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
