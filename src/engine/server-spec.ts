import type { ServerFile } from './server-file.ts'

/** What of a server's files is data, which it looks up as it runs, and how one rig's is put in place of another's. */
export interface Renewal {
  /** Files and directories: made as the image has them, then filled with the files that are rendered there. */
  data: readonly string[]
  /** Where the server keeps what belongs to itself. Who changes a file elsewhere gets a new server after it. */
  own: readonly string[]
  /** A command that ends with 0 when nobody is served, and all is logged. */
  rest: readonly string[]
  /** A command to run when the new data are there. */
  prepare?: readonly string[]
}

/** A server to boot in a container. */
export interface ServerSpec {
  /** Written before the first process starts. */
  files?: readonly ServerFile[]
  environment?: Record<string, string>
  /** Ports whose greeting means "ready", with the text it begins with. None: ready when started. */
  greetings: Record<number, string>
  /** A log line after which it will not get ready, whatever is waited for. */
  refuses?: RegExp
  /** Nobody connects before this, not even to see whether it greets. */
  connectAfter?: Promise<unknown>
  /** Bound of the wait for the greetings, in milliseconds. Default 20 000 of an idle machine. */
  readyTimeoutMs?: number
  /** How it goes on for the next rig, where that wants it with other data alone. */
  renewal?: Renewal
}
