/** 128 and the number of SIGPIPE, as shells have it. Node ignores the signal and gives an error instead. */
const SIGPIPE = 141

/**
 * Ends this process without a word once nobody reads what it prints, as in `mailrig logs | head -1`. What it has started
 * in the engine, the watchdog removes.
 */
export function endWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(SIGPIPE)
    })
  }
}
