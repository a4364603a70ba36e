/** Ends a command that Ctrl-C or SIGTERM interrupts: 128 and the signal's number, as shells have it. */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Runs `work`; on a signal runs `cleanUp` to its end first, and then leaves. A second signal leaves at once, and the
 * watchdog cleans up.
 */
export async function cleanUpOnSignal<T>(work: () => Promise<T>, cleanUp: () => Promise<void>): Promise<T> {
  let interrupted = false
  const listeners = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = () => {
      if (interrupted) process.exit(code)
      interrupted = true
      process.stderr.write(`\n${signal}: removing what was started\n`)
      void cleanUp().finally(() => process.exit(code))
    }
    process.on(signal, listener)
    return { signal, listener }
  })
  try {
    return await work()
  } finally {
    // The clean-up ends this process. What fails because its servers are being removed is no news.
    if (interrupted) await new Promise<never>(() => {})
    for (const { signal, listener } of listeners) process.off(signal, listener)
    await cleanUp()
  }
}
