import { spawn } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { patience } from '../metrics/patience.ts'
import type { Engine } from './engine.ts'
import type { Run } from './labels.ts'

/** A process that outlives this one by just as long as it takes to remove what this one left. */
export interface Watchdog {
  pid: number
  /** Everything is removed already: the watchdog ends and does nothing. Resolves when it is gone. */
  finish(): Promise<void>
}

/**
 * Starts the watchdog of a run. It holds the other end of a pipe to this process. The kernel closes it however this
 * process ends, SIGKILL included, and the watchdog then removes the run's containers, networks and volumes.
 */
export function startWatchdog(engine: Pick<Engine, 'endpoint'>, run: Run): Watchdog {
  const here = fileURLToPath(import.meta.url)
  const entry = fileURLToPath(new URL(`./watchdog-main${extname(here)}`, import.meta.url))
  // A session of its own, so that Ctrl-C in the terminal does not end it together with this process.
  const child = spawn(process.execPath, [entry, engine.endpoint, run.id], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  })
  const gone = new Promise<void>((resolve) => {
    child.on('exit', () => resolve())
    child.on('error', () => resolve())
  })
  const { stdin } = child
  // It was ended by somebody else; sweeping by label then does its work.
  stdin.on('error', () => undefined)
  child.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return {
    pid: child.pid ?? 0,
    async finish() {
      child.ref()
      stdin.end('finish')
      const timer = setTimeout(() => child.kill('SIGKILL'), patience(3_000))
      await gone
      clearTimeout(timer)
    },
  }
}
