import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

const BUSY_PER_CORE = 2

/** Busy for nothing. It sees now and then whether it has lost its parent, which may have been killed. */
const BUSY = 'const p = process.ppid; for (let i = 1; ; i += 1) if (i % 5e7 === 0 && process.ppid !== p) process.exit()'

/** Keeps every processor twice busy. */
export class Stress {
  readonly #children: ChildProcess[]

  constructor(count = BUSY_PER_CORE * availableParallelism()) {
    this.#children = Array.from({ length: count }, () => spawn(process.execPath, ['--eval', BUSY], { stdio: 'ignore' }))
  }

  get pids(): number[] {
    return this.#children.flatMap(({ pid }) => pid ?? [])
  }

  /** Ends them, and resolves when they are gone. */
  async end(): Promise<void> {
    await Promise.all(
      this.#children.splice(0).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
        child.kill('SIGKILL')
        await gone
      }),
    )
  }
}
