import type { ServerName } from '../session-file/choices.ts'
import type { LoadedSessionFile } from '../session-file/load.ts'
import type {
  Connect,
  FaultOrder,
  Message,
  MilterOrder,
  Outcome,
  PolicyOrder,
  UpstreamOrder,
} from '../session-file/statement.ts'
import type { Values } from '../session-file/variable.ts'
import type { Speaker } from './speaker.ts'

/** What became of an outcome that was asked for. */
export interface Finding {
  verdict: 'pass' | 'fail' | 'skipped'
  /** What is there, in words. */
  received: string
  why?: string
}

/** Where a file is played: a rig, or a server that is not ours. */
export interface Ground {
  /** What brackets in the file mean. */
  server: ServerName
  /** The server's host name, for `${host}`. */
  host: string
  /** Opens a connection; waits for no greeting. @throws MailrigError */
  open(
    connect: Pick<Connect, 'protocol' | 'side' | 'client' | 'port' | 'ipv6' | 'connection'>,
    timeoutMs: number,
  ): Promise<Speaker>
  /** Tells an upstream or a filter what to do; a reason in words where there is none. */
  order(order: UpstreamOrder | MilterOrder | PolicyOrder): Promise<string | undefined>
  /** Signs a message by DKIM as a file says. @throws MailrigError where that cannot be had */
  sign(content: Buffer, signed: NonNullable<Message['signed']>): Promise<Buffer>
  /** Runs the server's sendmail(1) on its host; a reason in words where that cannot be. */
  submit(submission: Submission): Promise<{ exitCode: number; stdout: string; stderr: string } | string>
  /** Makes the server try its queue; a reason in words where that cannot be had. */
  flush(): Promise<string | undefined>
  /** Does something bad to a machine; a reason in words where that cannot be. */
  fault(fault: FaultOrder): Promise<string | undefined>
  /** Has it happened? `speakers` are those the file has opened. */
  check(outcome: Outcome, context: OutcomeContext): Promise<Finding>
}

/** What sendmail(1) is called with. */
export interface Submission {
  /** Default root. */
  user?: string
  /** The name of the program first. */
  command: string[]
  /** Standard input. */
  input: Buffer
}

export interface OutcomeContext {
  speakers: readonly Speaker[]
  values: Values
  files: LoadedSessionFile['files']
  timeoutMs: number
  /** Milliseconds since the epoch. */
  startedAt: number
}
