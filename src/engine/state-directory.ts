import { homedir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../errors/mailrig-error.ts'
import { makeFolder } from './make-folder.ts'

/**
 * The directory for what must outlive a process: /var/lib/mailrig for root on Linux, else `mailrig` under
 * $XDG_STATE_HOME (default ~/.local/state, XDG Base Directory Specification). Made when it is missing.
 *
 * @throws {InputError} where it cannot be made, as in containers whose user has no home.
 */
export function stateDirectory(): string {
  const path =
    process.platform === 'linux' && process.getuid?.() === 0
      ? '/var/lib/mailrig'
      : join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'mailrig')
  try {
    makeFolder(path)
  } catch (cause) {
    throw new InputError(`cannot make ${path}: ${cause instanceof Error ? cause.message : cause}`, {
      code: 'NO_STATE_DIRECTORY',
      remedy: 'Set XDG_STATE_HOME to a directory that this user may write to.',
      cause,
    })
  }
  return path
}
