import { EngineError, WaitError } from '../errors/mailrig-error.ts'
import { inTime } from '../metrics/patience.ts'
import type { Exec } from './exec.ts'
import { asExecResult } from './init-channel.ts'
import type { Machine } from './machine.ts'

/** Of an idle machine. */
const EXEC_MS = 60_000

/** What init.pl answers when it could not begin the command: as env(1) and the shells have it. */
const NOT_BEGUN = 126

/**
 * Runs commands in a container, with standard input where given. `exitCode` is the command's own. They have the
 * capabilities of the server and the environment of the image; the engine has no part in it, which makes it quick.
 *
 * The result throws WaitError when a command has not ended in a minute of an idle machine, and EngineError when the container is not
 * running or has no such user.
 */
export function execIn(machine: Machine): Exec {
  return async (command, { input = '', user = '' } = {}) => {
    const fields = [user, String(command.length), ...command]
    const { result } = machine.channel.request('run', fields, input)
    const answer = await inTime(result, undefined, EXEC_MS, notEnded(command, machine.spec.name))
    if (answer.code === NOT_BEGUN && answer.text !== '') throw notRun(machine.spec.name, command, answer.text)
    return asExecResult(answer)
  }
}

function notEnded(command: readonly string[], name: string): (waitedMs: number) => WaitError {
  return (waited) =>
    new WaitError(`waited ${Math.round(waited / 1000)} s for \`${command.join(' ')}\` to end in ${name}`, {
      remedy: 'Give the command what it waits for, input perhaps, or run it in the background.',
    })
}

function notRun(name: string, command: readonly string[], reason: string): EngineError {
  return new EngineError(`\`${command.join(' ')}\` did not run in ${name}: ${reason}`, {
    code: 'EXEC_FAILED',
    remedy: 'See whether the container still runs; its log has the reason if not.',
  })
}
