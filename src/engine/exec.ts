/** Runs a command in the server's container. Not for hot paths: an exec costs 50 ms and more. */
export type Exec = (command: string[], options?: { user?: string; input?: string | Buffer }) => Promise<ExecResult>

export interface ExecResult {
  exitCode: number
  stdout: string
  stderr: string
}
