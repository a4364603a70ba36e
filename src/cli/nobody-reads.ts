import { EXIT } from '../errors/mailrig-error.ts'

/** 128 and the number of SIGPIPE, as shells have it. Node ignores the signal and gives an error instead. */
const SIGPIPE = 141

/**
 * Ends this process without a word once nobody reads what it prints, as in `mailrig logs | head -1`, and with one line
 * where that cannot be written, as on a full disk. What it has started in the engine, the watchdog removes.
 */
export function endWhenNobodyReads(): void {
  for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(SIGPIPE)
      if (stream !== process.stderr) process.stderr.write(`error ${name} cannot be written: ${error.message}\n`)
      process.exit(EXIT.failed)
    })
  }
}
