import type { Vitest } from 'vitest/node'
import { SIGNALS } from './until-interrupted.ts'

/** A test may wait for longer than a person who pressed Ctrl-C. */
const LONGEST_MS = 10_000

/**
 * Runs `work`, a run of vitest. On Ctrl-C or SIGTERM no further test begins: those under way end, their containers go, and
 * what failed until then is told. A test that does not end in time, or a second signal, and the run leaves at once: the
 * watchdog removes the containers.
 *
 * @returns the exit code of the signal; undefined where none came
 */
export async function cancelOnSignal(
  vitest: Pick<Vitest, 'cancelCurrentRun'>,
  work: () => Promise<void>,
): Promise<number | undefined> {
  let interrupted: number | undefined
  const listeners = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = () => {
      if (interrupted !== undefined) process.exit(code)
      interrupted = code
      const bound = `at most ${LONGEST_MS / 1000} s from now; a second signal leaves at once`
      process.stderr.write(`\n${signal}: the run ends with the tests that are under way, ${bound}\n`)
      setTimeout(() => process.exit(code), LONGEST_MS).unref()
      void vitest.cancelCurrentRun('keyboard-input')
    }
    // vitest leaves at once on its own account, with what failed so far untold.
    const before = process.listeners(signal as NodeJS.Signals)
    process.removeAllListeners(signal)
    process.on(signal, listener)
    return { signal, listener, before }
  })
  try {
    await work()
  } finally {
    for (const { signal, listener, before } of listeners) {
      process.off(signal, listener)
      for (const one of before) process.on(signal, one)
    }
  }
  return interrupted
}
