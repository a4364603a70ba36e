import module from 'node:module'
import { CommanderError } from 'commander'
import { EXIT } from '../errors/mailrig-error.ts'
import { reportError } from '../errors/report-error.ts'
import { endWhenNobodyReads } from './nobody-reads.ts'
import { addConfiguredServers } from './own-servers.ts'
import { createProgram } from './program.ts'

endWhenNobodyReads()
try {
  await addConfiguredServers()
  await createProgram().parseAsync()
} catch (error) {
  // Commander has already printed what was wrong and where help is; its own code is 1 for everything but help.
  process.exitCode =
    error instanceof CommanderError ? (error.exitCode === 0 ? EXIT.ok : EXIT.badInput) : reportError(error)
}
// All is done and said. To leave it to Node is to wait for sockets that are half closed: it has been seen to spin for ever
// in the clean-up of its environment where a TLS handshake had been broken off.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))),
)
module.flushCompileCache?.()
process.exit()
