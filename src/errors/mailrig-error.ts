import { withDocumentPaths } from './document-paths.ts'
import type { ErrorCode } from './error-codes.ts'

/** Exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, badInput: 2, engine: 3 } as const

export interface MailrigErrorOptions {
  /** Stable, machine-readable name, e.g. `TOPOLOGY_INVALID`: docs/errors.md has all. */
  code: ErrorCode
  /** What the reader can do about it, as one or more imperative sentences. */
  remedy?: string
  /** Process exit code when this error ends a command; see {@link EXIT}. */
  exitCode?: number
  cause?: unknown
}

/**
 * The base of every error mailrig throws on purpose: says what was expected and what came, and carries a remedy.
 *
 * Printed as `message`, then the remedy; never as a bare stack trace.
 */
export class MailrigError extends Error {
  readonly code: ErrorCode
  readonly remedy: string | undefined
  readonly exitCode: number

  constructor(message: string, options: MailrigErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = options.code
    this.remedy = options.remedy === undefined ? undefined : withDocumentPaths(options.remedy)
    this.exitCode = options.exitCode ?? EXIT.failed
  }
}

/** Wrong input: a topology, a session file, an option. Exit code 2. */
export class InputError extends MailrigError {
  constructor(message: string, options: Omit<MailrigErrorOptions, 'exitCode'>) {
    super(message, { ...options, exitCode: EXIT.badInput })
  }
}

/**
 * The topology is right, and this server cannot do what it asks for: in a matrix such a test is *unsupported*, with the
 * message as its reason. Of one server alone it is wrong input.
 */
export class UnsupportedError extends InputError {}

/** The container engine is missing, refuses, or misbehaves. Exit code 3. */
export class EngineError extends MailrigError {
  constructor(message: string, options: Omit<MailrigErrorOptions, 'exitCode'>) {
    super(message, { ...options, exitCode: EXIT.engine })
  }
}

/** A bounded wait ended without its event; `message` names what it waited for and for how long. */
export class WaitError extends MailrigError {
  constructor(message: string, options: Omit<MailrigErrorOptions, 'exitCode' | 'code'> = {}) {
    super(message, { code: 'WAIT_ENDED', ...options })
  }
}
