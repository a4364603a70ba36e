import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The directory for what must outlive a process: /var/lib/mailrig for root on Linux, else `mailrig` under
 * $XDG_STATE_HOME (default ~/.local/state, XDG Base Directory Specification). Made when it is missing.
 */
export function stateDirectory(): string {
  const path =
    process.platform === 'linux' && process.getuid?.() === 0
      ? '/var/lib/mailrig'
      : join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'mailrig')
  mkdirSync(path, { recursive: true })
  return path
}
