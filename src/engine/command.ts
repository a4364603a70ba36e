import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface CommandResult {
  /** Exit code; 127 when there is no such command, 128 + n after signal n is given as 128. */
  exitCode: number
  /** The last lines of stdout and stderr, at most 30. */
  lastLines: string[]
}

/** Runs a command on this host to its end, and hands on each line it prints. Input: none. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { onLine?: (line: string) => void; env?: Record<string, string>; timeoutMs: number },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const lastLines: string[] = []
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      timeout: options.timeoutMs,
    })
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lastLines.push(line)
        if (lastLines.length > 30) lastLines.shift()
        options.onLine?.(line)
      })
    }
    child.on('error', (error) => resolve({ exitCode: 127, lastLines: [error.message] }))
    child.on('close', (code) => {
      const ended = code === null ? [`ended by ${child.signalCode} (bound: ${options.timeoutMs / 1000} s)`] : []
      resolve({ exitCode: code ?? 128, lastLines: [...lastLines, ...ended] })
    })
  })
}
