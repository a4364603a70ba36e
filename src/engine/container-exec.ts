import type Dockerode from 'dockerode'
import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import type { Exec } from '../servers/contract.ts'
import { frameReader } from './frames.ts'

const EXEC_MS = 60_000

/**
 * Runs commands in a container, with standard input where given. `exitCode` is the command's own.
 *
 * The result throws WaitError when a command has not ended in a minute, and EngineError when the container is not running.
 */
export function execIn(container: Dockerode.Container, name: string): Exec {
  return async (command, options = {}) => {
    const { input, user } = options
    const stream = await start(container, name, command, input !== undefined, user)
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
    stream.socket.on(
      'data',
      frameReader((which, payload) => output[which].push(payload)),
    )
    const ended = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        stream.socket.destroy()
        reject(
          new WaitError(`waited ${EXEC_MS / 1000} s for \`${command.join(' ')}\` to end in ${name}`, {
            remedy: 'Give the command what it waits for, input perhaps, or run it in the background.',
          }),
        )
      }, EXEC_MS)
      const end = () => {
        clearTimeout(timer)
        resolve()
      }
      stream.socket.on('end', end)
      stream.socket.on('close', end)
      // A command that ends without reading all of its input breaks the connection; its exit code tells how it went.
      stream.socket.on('error', end)
    })
    if (input !== undefined) stream.socket.end(input)
    await ended
    const { ExitCode } = await stream.exec.inspect()
    if (ExitCode === null || ExitCode === undefined) {
      throw notRun(name, command, 'the connection to the engine broke before the command ended')
    }
    return {
      exitCode: ExitCode,
      stdout: Buffer.concat(output.stdout).toString(),
      stderr: Buffer.concat(output.stderr).toString(),
    }
  }
}

async function start(
  container: Dockerode.Container,
  name: string,
  command: string[],
  stdin: boolean,
  user: string | undefined,
): Promise<{ exec: Dockerode.Exec; socket: NodeJS.ReadWriteStream & { destroy(): unknown } }> {
  try {
    const exec = await container.exec({
      Cmd: command,
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
      ...(user === undefined ? {} : { User: user }),
    })
    return { exec, socket: await exec.start({ hijack: true, stdin: true }) }
  } catch (cause) {
    throw notRun(name, command, cause instanceof Error ? cause.message.trim() : String(cause))
  }
}

function notRun(name: string, command: string[], reason: string): EngineError {
  return new EngineError(`\`${command.join(' ')}\` did not run in ${name}: ${reason}`, {
    code: 'EXEC_FAILED',
    remedy: 'See whether the container still runs; its log has the reason if not.',
  })
}
