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
