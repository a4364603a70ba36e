import { EXIT, MailrigError } from '../errors/mailrig-error.ts'

/** How a container's first process ended. */
export interface ContainerExit {
  /** Its exit code; 137 after SIGKILL. */
  exitCode: number
  /** Milliseconds since the epoch. */
  at: number
}

/** SIGKILL: nothing a server does to itself. */
const KILLED = 137

/** A container ended when it should have run: a configuration its server refuses (exit code 2), unless it was killed (3). */
export class ContainerExitError extends MailrigError {
  /** Exit code of the container's first process. */
  readonly status: number
  /** The last lines of its log, at most 30. */
  readonly lastLines: readonly string[]

  constructor(name: string, exit: ContainerExit, lastLines: readonly string[]) {
    const log = lastLines.length === 0 ? '  (it logged nothing)' : lastLines.map((line) => `  ${line}`).join('\n')
    super(`${name} ended with exit code ${exit.exitCode} before it was ready; its last log lines:\n${log}`, {
      code: 'CONTAINER_EXITED',
      exitCode: exit.exitCode === KILLED ? EXIT.engine : EXIT.badInput,
      remedy:
        exit.exitCode === KILLED
          ? 'Somebody removed it, or the system was out of memory: see `docker info` and the kernel log.'
          : 'Correct what the log names: the server refused its configuration, or could not start with it.',
    })
    this.status = exit.exitCode
    this.lastLines = lastLines
  }
}
