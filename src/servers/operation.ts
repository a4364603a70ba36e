import type { Exec } from '../engine/exec.ts'
import type { ServerFile } from '../engine/server-file.ts'
import type { LogEvent } from './log-event.ts'

export type { Exec, ExecResult } from '../engine/exec.ts'

/** What an adapter may do to a running server. */
export interface ServerHandle {
  exec: Exec
  /** Replaces files in the running container. */
  write(files: ServerFile[]): Promise<void>
  /** Resolves with the first log line after the call for which `test` holds. */
  nextLogLine(test: (line: string) => boolean, waitingFor: string): Promise<string>
}

/** What a server may have under way of which its log does not tell yet, and how to see the end of that. */
export interface Unlogged {
  /**
   * What the command lines of the server's own processes begin with. Any other process that appears beside them may make
   * mail: a program that an alias names, procmail, sendmail(1). For Perl and JavaScript alike.
   */
  own: RegExp
  /** Those of them whose children answer the server's questions, as policy services do, and make no mail. */
  serves?: RegExp
  /** Directories in which submitted messages lie before the log tells of them. */
  drops: readonly string[]
  /** Sockets and named pipes that the server writes its log into: a line written there comes out behind all before it. */
  mouths: readonly string[]
}

/**
 * What a server has in mind of the mail it has handled, beside its queue: hosts that did not answer, senders that were
 * verified. It lasts, so the next test would meet it.
 */
export interface Memory {
  /** Whether this line of the log shows that there may be something to forget. */
  kept(event: LogEvent): boolean
  /** Makes the running server forget all of it, and ends when it has. */
  forget: string[]
}
