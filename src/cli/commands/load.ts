import { type Progress, terminalProgress } from '../../engine/progress.ts'
import { EXIT, UnsupportedError } from '../../errors/mailrig-error.ts'
import type { LoadAccount } from '../../load/load-account.ts'
import { featuresFor, type LoadOptions } from '../../load/load-options.ts'
import { checkLoad } from '../../load/load-plan.ts'
import { type Ramp, runRamp, sumOf } from '../../load/ramp.ts'
import { type LoadProgress, type RunningLoad, startLoad } from '../../load/run-load.ts'
import { imageOptionsOf, openRun, prepareEngine } from '../../rig/open-run.ts'
import type { Rig } from '../../rig/rig.ts'
import { startRig } from '../../rig/start-rig.ts'
import { factsOf } from '../../targets/facts-of.ts'
import { lackOf } from '../../targets/platform.ts'
import { platformNamed } from '../../targets/platform-named.ts'
import { storeAccounts } from '../../targets/store-accounts.ts'
import { parseTopology } from '../../topology/topology.ts'
import { linesOfAccount, linesOfRamp } from '../load-lines.ts'
import { loadTopology } from '../load-topology.ts'
import { type LoadWords, loadOptionOf, loadOptionsFrom, RAMP_UP_TO, refuseContradictions } from '../load-words.ts'
import { cleanUpOnSignal } from '../until-interrupted.ts'
import { SAMPLE_TOPOLOGY } from './up.ts'

interface LoadCommand extends LoadWords {
  mta: string
  release: string
  store?: string
  json?: boolean
  ramp?: boolean
}

/** Without a live line: a load changes fast. */
const SAID_EVERY_MS = 2_000
/** How long the drawing of an interrupted load's account may take, ms. */
const LAST_LOOK_MS = 2_000

/** Starts a rig, gives its server many messages, and prints what became of each. */
export async function load(file: string | undefined, command: LoadCommand): Promise<void> {
  refuseContradictions(process.argv)
  const options = loadOptionsFrom(command)
  const target = platformNamed(command)
  const topology = parseTopology(file === undefined ? SAMPLE_TOPOLOGY : await loadTopology(file))
  checkLoad({ topology, facts: factsOf(topology), accounts: storeAccounts(topology) }, options, loadOptionOf)
  const lacking = lackOf(target, featuresFor(options))
  if (lacking !== undefined) {
    throw new UnsupportedError(lacking, {
      code: 'TARGET_CANNOT',
      remedy: 'Leave the option out, or name another server; docs/servers.md lists what each can do.',
    })
  }
  const progress = terminalProgress({ everyMs: SAID_EVERY_MS })
  const engine = await prepareEngine([target], progress, imageOptionsOf(topology))
  const run = await openRun(engine, { recycle: 0 })
  let rig: Rig | undefined
  const loads = new Loads(progress)
  const how = { json: command.json === true, ...connectionsOf(options) }
  let server: Telling['server'] = { mta: target.mta.name, release: target.release }
  await cleanUpOnSignal(
    async () => {
      rig = await startRig({ topology, ...target, world: run.world })
      server = { ...server, version: await rig.mta.version() }
      const told = command.ramp ? await ramp(rig, options, loads) : await once(rig, options, loads)
      // Who interrupted has told.
      if (loads.told) return
      loads.told = true
      tell({ server, told, ...how })
    },
    async () => {
      const stands = await loads.interrupt()
      if (stands) tell({ server, told: { account: stands.account }, ...how, connections: stands.connections })
      await rig?.stop()
      await run.close()
    },
  )
}

type Told = { account: LoadAccount } | { ramp: Ramp; accounts: LoadAccount[] }

async function once(rig: Rig, options: LoadOptions, loads: Loads): Promise<Told> {
  return { account: await loads.run(rig, options) }
}

async function ramp(rig: Rig, options: LoadOptions, loads: Loads): Promise<Told> {
  const upTo = options.connections ?? RAMP_UP_TO
  const byDefault = options.messages === undefined && options.seconds === undefined ? { seconds: 5 } : {}
  const { accounts, ...result } = await runRamp({
    upTo,
    load: (connections) => loads.run(rig, { ...byDefault, ...options, connections }),
  })
  return { ramp: result, accounts }
}

function connectionsOf({ connections = 10 }: LoadOptions): { connections: number } {
  return { connections }
}

/** The loads of a command, one after the other, and what is to be said of them when somebody interrupts. */
class Loads {
  /** The result was printed, or is about to be. */
  told = false
  readonly #progress: Progress
  readonly #interrupted = new AbortController()
  #current: RunningLoad | undefined
  /** Of the load under way. */
  #connections = 0

  constructor(progress: Progress) {
    this.#progress = progress
  }

  async run(rig: Rig, options: LoadOptions): Promise<LoadAccount> {
    const { connections } = connectionsOf(options)
    this.#connections = connections
    const step = this.#progress.step(`load, ${connections} connection${connections === 1 ? '' : 's'}`)
    try {
      this.#current = startLoad(rig, options, {
        lean: true,
        signal: this.#interrupted.signal,
        onProgress: (now) => step.update(describe(now)),
      })
      const account = await this.#current.done
      step.done(`${account.accepted} accepted, ${account.acceptedPerSecond}/s`)
      return account
    } catch (error) {
      this.told = true
      step.fail()
      throw error
    } finally {
      this.#current?.close()
    }
  }

  /** Ends the load that is under way, and gives its account as it stands; undefined where there is nothing to be told. */
  async interrupt(): Promise<{ account: LoadAccount; connections: number } | undefined> {
    const current = this.#current
    if (this.told || !current) return undefined
    this.told = true
    this.#interrupted.abort()
    // What is being sent comes to its end; what cannot be looked up in time is told as it was known.
    const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_LOOK_MS).unref())
    await Promise.race([current.done.catch(() => undefined), late])
    return { account: current.account, connections: this.#connections }
  }
}

function describe({ sent, acceptedPerSecond, acceptMs, queued, open, refused }: LoadProgress): string {
  const latency = acceptMs ? `, p50 ${acceptMs.p50} p99 ${acceptMs.p99} ms` : ''
  const bad = refused === 0 ? '' : `, ${refused} refused`
  return `${sent} sent${bad}, ${acceptedPerSecond}/s${latency}, ${queued} queued, ${open} to be found`
}

interface Telling {
  server: { mta: string; release: string; version?: string }
  told: Told
  json: boolean
  connections?: number
}

function tell({ server, told, json, connections }: Telling): void {
  const accounts = 'account' in told ? [told.account] : told.accounts
  const document =
    'account' in told
      ? { server, ...(connections === undefined ? {} : { connections }), ...told.account.toJSON() }
      : { server, ...sumOf(told.accounts), ramp: told.ramp }
  const name = [server.mta, server.version, `(${server.release})`].filter(Boolean).join(' ')
  const lines = 'account' in told ? linesOfAccount(name, told.account) : linesOfRamp(name, told.ramp, told.accounts)
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${lines.join('\n')}\n`)
  // What was given up is not known to be kept.
  if (accounts.some((account) => account.lost > 0 || account.givenUp !== undefined)) process.exitCode = EXIT.failed
}
