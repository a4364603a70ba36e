import type Dockerode from 'dockerode'
import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import { inTime } from '../metrics/patience.ts'
import type { Exec, ExecResult } from './exec.ts'
import { frameReader } from './frames.ts'

/** Of an idle machine. */
const EXEC_MS = 60_000

/**
 * Runs commands in a container by the engine. Some 50 ms each.
 *
 * The result throws WaitError when a command has not ended in a minute of an idle machine, and EngineError when the
 * container is not running, or has no such program or user.
 */
export function engineExec(container: Dockerode.Container, name: string): Exec {
  return async (command, { input, user } = {}) => {
    const run = async (): Promise<ExecResult> => {
      const exec = await container.exec({
        Cmd: [...command],
        AttachStdout: true,
        AttachStderr: true,
        AttachStdin: input !== undefined,
        ...(user === undefined ? {} : { User: user }),
      })
      const stream = await exec.start({ hijack: true, stdin: input !== undefined })
      const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
      stream.on(
        'data',
        frameReader((which, octets) => void output[which].push(Buffer.from(octets))),
      )
      const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
      stream.on('end', resolve).on('close', resolve).on('error', reject)
      if (input !== undefined) stream.end(input)
      await ended
      const { ExitCode } = await exec.inspect()
      return {
        exitCode: ExitCode ?? 0,
        stdout: Buffer.concat(output.stdout).toString(),
        stderr: Buffer.concat(output.stderr).toString(),
      }
    }
    const answer = await inTime(
      run().catch((error: unknown) => {
        throw notRun(name, command, error instanceof Error ? error.message : String(error))
      }),
      undefined,
      EXEC_MS,
      (waited) =>
        new WaitError(`waited ${Math.round(waited / 1000)} s for \`${command.join(' ')}\` to end in ${name}`, {
          remedy: 'Give the command what it waits for, input perhaps, or run it in the background.',
        }),
    )
    // The engine tells so on the command's own output where it could not begin it.
    const said = answer.stdout + answer.stderr
    if ([126, 127].includes(answer.exitCode) && /OCI runtime|exec failed|executable file not found/.test(said)) {
      throw notRun(name, command, said)
    }
    return answer
  }
}

function notRun(name: string, command: readonly string[], reason: string): EngineError {
  return new EngineError(`\`${command.join(' ')}\` did not run in ${name}: ${reason.trim()}`, {
    code: 'EXEC_FAILED',
    remedy: 'See whether the container still runs, and whether its image has that program and user.',
  })
}
