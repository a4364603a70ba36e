import { EngineError } from '../errors/mailrig-error.ts'
import { runCommand } from './command.ts'
import type { ProgressStep } from './progress.ts'

let before: Promise<void> = Promise.resolve()

/**
 * Installs Debian packages on this host without questions. The package lists are brought up to date first. One call
 * after the other: `apt-get update` does not wait for the lock of the lists, it fails.
 *
 * @throws {EngineError} PACKAGES_NOT_INSTALLED with the last lines of apt-get(8).
 */
export function aptInstall(packages: readonly string[], step: ProgressStep): Promise<void> {
  const installed = before.then(async () => {
    await aptGet(['update'], step)
    await aptGet(['install', '--yes', '--no-install-recommends', ...packages], step)
  })
  before = installed.catch(() => undefined)
  return installed
}

async function aptGet(args: readonly string[], step: ProgressStep): Promise<void> {
  // Another apt may run, unattended-upgrades for one: wait for its lock instead of failing on it.
  const options = ['-q', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300']
  const { exitCode, lastLines } = await runCommand('apt-get', [...options, ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: 900_000,
    onLine: (line) => step.update(line),
  })
  if (exitCode !== 0) {
    step.fail(`apt-get ${args[0]} ended with ${exitCode}`)
    throw new EngineError(`apt-get ${args.join(' ')} ended with ${exitCode}\n${lastLines.join('\n')}`, {
      code: 'PACKAGES_NOT_INSTALLED',
      remedy: `Run it by hand to see what is wrong: apt-get update && apt-get ${args.join(' ')}`,
    })
  }
}
