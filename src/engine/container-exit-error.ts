import { EngineError } from '../errors/mailrig-error.ts'

/** How a container's first process ended. */
export interface ContainerExit {
  /** Its exit code; 137 after SIGKILL. */
  exitCode: number
  /** Milliseconds since the epoch. */
  at: number
}

/** A container ended when it should have run: a configuration its server refuses, most likely. */
export class ContainerExitError extends EngineError {
  /** Exit code of the container's first process. */
  readonly status: number
  /** The last lines of its log, at most 30. */
  readonly lastLines: readonly string[]

  constructor(name: string, exit: ContainerExit, lastLines: readonly string[]) {
    const log = lastLines.length === 0 ? '  (it logged nothing)' : lastLines.map((line) => `  ${line}`).join('\n')
    super(`${name} ended with exit code ${exit.exitCode} before it was ready; its last log lines:\n${log}`, {
      code: 'CONTAINER_EXITED',
      remedy: 'Correct what the log names: the server refused its configuration, or could not start with it.',
    })
    this.status = exit.exitCode
    this.lastLines = lastLines
  }
}
