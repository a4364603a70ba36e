import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EngineError } from '../errors/mailrig-error.ts'
import { patience } from '../metrics/patience.ts'
import { aptInstall } from './apt.ts'
import { runCommand } from './command.ts'
import { canInstallPackages, findProgram, systemdRuns } from './host-system.ts'
import { withLock } from './lock.ts'
import { fateOf, type Owner, ownerOf } from './owner.ts'
import { clearStalePidFile } from './pid-file.ts'
import type { Progress, ProgressStep } from './progress.ts'
import { stateDirectory } from './state-directory.ts'

const SOCKET = 'unix:///var/run/docker.sock'
const PID_FILE = '/var/run/docker.pid'
/** Of the containerd that dockerd starts for itself. */
const CONTAINERD_PID_FILE = '/run/docker/containerd/containerd.pid'
/** dockerd is up in about 1 s; the first start after an installation may take longer. */
const START_MS = 60_000
const POLL_MS = 20

/** Why no engine may be started here; undefined when one may. */
export function provisioningForbidden(): string | undefined {
  if (process.env.MAILRIG_ENGINE === 'existing') return 'MAILRIG_ENGINE=existing forbids it'
  if (!canInstallPackages()) return 'that needs root on Debian or Ubuntu'
  return undefined
}

/**
 * Installs Docker from Debian's archive where dockerd is missing, starts it, and waits until it answers. Processes that
 * need it at the same time wait for the one that does it.
 *
 * @param answers tells whether an engine answers now.
 * @returns the endpoint of the engine.
 * @throws {EngineError} with the last lines of dockerd's log.
 */
export async function provisionEngine(progress: Progress, answers: () => Promise<boolean>): Promise<string> {
  const onWait = () => progress.line('Another mailrig process starts the container engine; waiting for it.')
  return withLock('engine', { timeoutMs: 1_200_000, onWait }, async () => {
    if (await answers()) return SOCKET
    const installed = findProgram('dockerd') !== undefined
    progress.line(
      installed
        ? 'No container engine answers: starting dockerd. Set MAILRIG_ENGINE=existing to forbid that.'
        : 'No container engine here: installing docker.io and starting it. Set MAILRIG_ENGINE=existing to forbid that.',
    )
    if (!installed) {
      const step = progress.step('install docker.io')
      await aptInstall(['docker.io'], step)
      step.done()
    }
    const step = progress.step('start the container engine')
    try {
      await (systemdRuns() ? startService(answers) : startDaemon(step, answers))
    } catch (error) {
      step.fail()
      throw error
    }
    step.done()
    return SOCKET
  })
}

async function startService(answers: () => Promise<boolean>): Promise<void> {
  const { exitCode, lastLines } = await runCommand('systemctl', ['start', 'docker.service'], {
    timeoutMs: patience(START_MS),
  })
  if (exitCode !== 0) throw notStarted('systemctl start docker.service', lastLines)
  remember({ service: 'docker' })
  await untilAnswers(answers, () => undefined)
}

async function startDaemon(step: ProgressStep, answers: () => Promise<boolean>): Promise<void> {
  const log = join(stateDirectory(), 'dockerd.log')
  // The package's own init script may have started it already.
  if (!clearStalePidFile(PID_FILE, 'dockerd')) {
    clearStalePidFile(CONTAINERD_PID_FILE, 'containerd')
    mkdirSync(dirname(log), { recursive: true })
    const output = openSync(log, 'w')
    const child = spawn(findProgram('dockerd') ?? 'dockerd', [], {
      detached: true,
      stdio: ['ignore', output, output],
      cwd: '/',
    })
    closeSync(output)
    let failure: string | undefined
    child.on('error', (error) => {
      failure = error.message
    })
    child.on('exit', (code, signal) => {
      failure = `dockerd ended with ${signal ?? code}`
    })
    child.unref()
    if (child.pid !== undefined) remember({ owner: ownerOf(child.pid), log })
    step.update(`waiting for ${SOCKET}; log: ${log}`)
    await untilAnswers(answers, () => (failure === undefined ? undefined : notStarted(failure, lastLines(log))))
    return
  }
  await untilAnswers(answers, () => undefined)
}

async function untilAnswers(answers: () => Promise<boolean>, failure: () => EngineError | undefined): Promise<void> {
  const deadline = Date.now() + patience(START_MS)
  while (!(await answers())) {
    const error = failure()
    if (error) throw error
    if (Date.now() > deadline) {
      throw notStarted(`nothing answered at ${SOCKET} in ${START_MS / 1000} s`, lastLines(recall()?.log))
    }
    await pause(POLL_MS)
  }
}

/**
 * Stops the engine that mailrig started on this host, and forgets it.
 *
 * @returns false when mailrig started none, or it is gone already.
 * @throws {EngineError} when it does not end in 30 s.
 */
export async function stopProvisionedEngine(): Promise<boolean> {
  const record = recall()
  if (record === undefined) return false
  let stopped = false
  if (record.service !== undefined) {
    const units = [`${record.service}.socket`, `${record.service}.service`]
    stopped = (await runCommand('systemctl', ['stop', ...units], { timeoutMs: patience(60_000) })).exitCode === 0
  } else if (record.owner !== undefined && fateOf(record.owner) === 'alive') {
    const { owner } = record
    process.kill(Number(owner.split(':')[0]), 'SIGTERM')
    const deadline = Date.now() + patience(30_000)
    while (fateOf(owner) === 'alive') {
      if (Date.now() > deadline) {
        throw new EngineError(`dockerd (process ${owner.split(':')[0]}) did not end in 30 s after SIGTERM`, {
          code: 'ENGINE_NOT_STOPPED',
          remedy: `See ${record.log}.`,
        })
      }
      await pause(POLL_MS)
    }
    stopped = true
  }
  rmSync(recordFile(), { force: true })
  return stopped
}

/** What a later process needs to end the engine that this one started. */
interface EngineRecord {
  /** A systemd unit. */
  service?: string
  /** Process of a dockerd without a service manager. */
  owner?: Owner
  log?: string
}

function recordFile(): string {
  return join(stateDirectory(), 'engine.json')
}

function remember(record: EngineRecord): void {
  writeFileSync(recordFile(), `${JSON.stringify(record)}\n`)
}

function recall(): EngineRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(), 'utf8')) as EngineRecord
  } catch {
    return undefined
  }
}

function lastLines(log: string | undefined): string[] {
  try {
    return log === undefined ? [] : readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15)
  } catch {
    return []
  }
}

function notStarted(what: string, lines: string[]): EngineError {
  return new EngineError(`the container engine did not start: ${what}\n${lines.join('\n')}`.trimEnd(), {
    code: 'ENGINE_NOT_STARTED',
    remedy: 'Correct what the log names, or start an engine by hand and set DOCKER_HOST.',
  })
}
