import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { PoolOptions, PoolRunnerInitializer, PoolWorker, WorkerRequest } from 'vitest/node'
// Not by name: of another vitest Node would say that it exports none, before anybody could say which version is needed.
import * as vitest from 'vitest/node'

/**
 * Vitest's pool of child processes, but for one thing: a process that has run the last file of a project goes on with
 * the next project, where vitest would end it and start another. What mailrig has opened there, its world, stays with
 * it; the modules of the scenarios do not. On 2 cores the whole matrix took 200 s instead of 250 s.
 *
 * Give one and the same to all projects that may share processes. Those of another `env` or `execArgv` do not.
 *
 * @see https://vitest.dev/guide/advanced/pool
 */
export function lastingForks(): PoolRunnerInitializer {
  const leaving = new Set<LastingFork>()
  return { name: 'mailrig', createPoolWorker: (options) => new LastingFork(options, { leaving }) }
}

/** The same, and the process waits for the next run, too, until somebody ends it. */
export interface KeptForks {
  pool: PoolRunnerInitializer
  end(): Promise<void>
}

/** For who has one vitest run many times: to start a process and to open its world costs a second each time. */
export function keptForks(): KeptForks {
  const leaving = new Set<LastingFork>()
  const idle: Idle[] = []
  return {
    pool: { name: 'mailrig', createPoolWorker: (options) => new LastingFork(options, { leaving, idle }) },
    end: async () => {
      await Promise.all(idle.splice(0).map(({ fork }) => fork.stop()))
    },
  }
}

/** A process that waits for the next run. */
interface Idle {
  fork: Fork
  options: PoolOptions
}

interface Others {
  /** Those that are told to stop, whose process nobody has asked for. */
  leaving: Set<LastingFork>
  /** Absent: a process ends with its run. */
  idle?: Idle[]
}

type Listener = [event: string, callback: (value: unknown) => void]

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** A child process; it does not know for how many projects. */
class Fork extends vitest.ForksPoolWorker {
  protected override readonly entrypoint = fileURLToPath(new URL(`./lasting-fork-main.${extension}`, import.meta.url))
  ended = false

  override async start(): Promise<void> {
    await super.start()
    this.on('exit', () => {
      this.ended = true
    })
  }
}

/** What vitest takes for a process of one project. */
class LastingFork implements PoolWorker {
  readonly name = 'mailrig'
  readonly cacheFs = true
  readonly #options: PoolOptions
  readonly #others: Others
  readonly #listeners: Listener[] = []
  #fork: Fork | undefined
  #bequeath: ((fork: Fork | undefined) => void) | undefined

  constructor(options: PoolOptions, others: Others) {
    this.#options = options
    this.#others = others
  }

  async start(): Promise<void> {
    const inherited = await this.#inherit()
    this.#fork = inherited ?? new Fork(this.#options)
    if (!inherited) await this.#fork.start()
  }

  on(...listener: Listener): void {
    this.#listeners.push(listener)
    this.#fork?.on(...listener)
  }

  off(...listener: Listener): void {
    this.#fork?.off(...listener)
  }

  deserialize(data: unknown): unknown {
    return data
  }

  send(message: WorkerRequest): void {
    // Vitest starts a worker of the next project in the turn in which it tells this one to stop: who wants the process
    // asks before it is free.
    if (message.type === 'stop') this.#others.leaving.add(this)
    this.#fork?.send(message)
  }

  async stop(): Promise<void> {
    const fork = this.#fork
    this.#fork = undefined
    this.#others.leaving.delete(this)
    if (!fork || fork.ended) return
    for (const listener of this.#listeners.splice(0)) fork.off(...listener)
    const { idle } = this.#others
    if (this.#bequeath) this.#bequeath(fork)
    else if (idle) idle.push({ fork, options: this.#options })
    else await fork.stop()
  }

  /** The process of a worker that is about to stop, once it has; nothing when the process ends instead. */
  async #inherit(): Promise<Fork | undefined> {
    const { leaving, idle = [] } = this.#others
    const index = idle.findIndex(({ fork, options }) => !fork.ended && sameLaunch(options, this.#options))
    if (index >= 0) return idle.splice(index, 1)[0]?.fork
    const giver = [...leaving].find((worker) => sameLaunch(worker.#options, this.#options))
    if (!giver) return undefined
    leaving.delete(giver)
    const { promise, resolve } = Promise.withResolvers<Fork | undefined>()
    giver.#bequeath = resolve
    giver.on('exit', () => resolve(undefined))
    return promise
  }
}

function sameLaunch(a: PoolOptions, b: PoolOptions): boolean {
  return isDeepStrictEqual([a.env, a.execArgv], [b.env, b.execArgv])
}
