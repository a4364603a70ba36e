import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished, TestRunner } from 'vitest'
import { afterPatience } from '../src/metrics/patience.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const MAILRIG = fileURLToPath(new URL('../bin/mailrig.js', import.meta.url))
const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
/** Node reads the configuration itself: to bundle it first takes half a second each time. */
const RUN = ['--conditions=mailrig-source', VITEST, 'run', '--configLoader', 'native', '--config']

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunningCommand {
  child: ChildProcess
  outcome: Promise<Outcome>
  /** Resolves when the text has come on stdout or stderr; rejects when the command ends without it. */
  said(text: string): Promise<void>
  /** The same for a pattern; gives its first group. */
  heard(pattern: RegExp): Promise<string>
}

/** Whom a command runs as; the numbers of its user and its only group. To become one takes root. */
export interface User {
  uid: number
  gid: number
}

/** What no command of a test takes on an idle machine, ms. A test gives up, but its commands would go on. */
const LONGEST_MS = 110_000

/** Process groups under way. */
const groups = new Set<number>()
process.on('exit', () => {
  for (const group of groups) endGroup(group)
})

/** Ends a command with all that it started, but for what has left its process group, as a rig that is kept up. */
function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/** A command does not outlive the test that started it; one that a hook started may serve all tests of the file. */
function endWithTest(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  groups.add(pid)
  const stop = afterPatience(LONGEST_MS, () => endGroup(pid))
  child.once('exit', stop)
  child.once('close', () => groups.delete(pid))
  if (TestRunner.getCurrentTest()) {
    onTestFinished(() => {
      stop()
      if (groups.has(pid)) endGroup(pid)
    })
  }
}

/** A command in a process of its own, as a user has it: no terminal, none of this test runner's variables. */
export function start(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; user?: User } = {},
): RunningCommand {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^VITEST|^TEST$|^FORCE_COLOR$|^NODE_ENV$|^NODE_OPTIONS$|^DEV$|^PROD$|^MODE$/.test(name),
  )
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.env },
    ...options.user,
    detached: true,
  })
  endWithTest(child)
  const output = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk
      for (const listener of listeners) listener()
    })
  }
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  const heard = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr)
        if (!found) return
        listeners.delete(look)
        resolve(found[1] ?? found[0])
      }
      listeners.add(look)
      void outcome.then(({ code, stdout, stderr }) =>
        reject(new Error(`the command ended with ${code} and never said ${pattern.source}\n${stdout}${stderr}`)),
      )
      look()
    })
  return {
    child,
    outcome,
    heard,
    said: async (text) => void (await heard(new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))),
  }
}

export function mailrig(...args: string[]): Promise<Outcome> {
  return start(process.execPath, [MAILRIG, ...args]).outcome
}

/** Runs vitest with a configuration, named from the root of the repository. */
export function startVitest(config: string, env: NodeJS.ProcessEnv, user?: User): RunningCommand {
  return start(process.execPath, [...RUN, config], { env, ...(user ? { user } : {}) })
}

/** Runs scenario files by vitest with the fixtures' configuration. Paths from the root of the repository. */
export function startScenarios(...files: string[]): RunningCommand {
  return startScenariosIn({}, ...files)
}

/** The same with more variables in its environment. */
export function startScenariosIn(env: NodeJS.ProcessEnv, ...files: string[]): RunningCommand {
  return startVitest('test/fixtures/vitest.config.ts', { MAILRIG_TEST_INCLUDE: files.join(','), ...env })
}
