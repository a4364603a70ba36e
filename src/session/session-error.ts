import { MailrigError, WaitError } from '../errors/mailrig-error.ts'

/** How a connection ended. */
export interface ConnectionEnd {
  /** `FIN`: the peer closed in order; `RST`: it reset; `error`: something else, in `reason`; `local`: we closed. */
  how: 'FIN' | 'RST' | 'error' | 'local'
  /** Milliseconds since the start of the session. */
  at: number
  reason?: string
}

/** No connection could be made. */
export class ConnectError extends MailrigError {
  constructor(where: string, reason: string, cause?: unknown) {
    super(`Expected a connection to ${where}, but: ${reason}`, {
      code: 'CONNECT_FAILED',
      remedy: 'Check that the server runs and listens there, and that this side may reach it.',
      cause,
    })
  }
}

/** The connection ended while something was still awaited. */
export class SessionEndedError extends MailrigError {
  readonly end: ConnectionEnd
  readonly transcript: string

  constructor(waitingFor: string, end: ConnectionEnd, transcript: string) {
    super(`Waited for ${waitingFor}, but ${describeEnd(end)}.\n${transcript}`, {
      code: 'SESSION_ENDED',
      remedy: 'Read the last reply in the transcript and the server log of that moment.',
    })
    this.end = end
    this.transcript = transcript
  }
}

/** Nothing came within the time allowed. */
export class SessionWaitError extends WaitError {
  readonly transcript: string

  constructor(waitingFor: string, waitedMs: number, transcript: string) {
    super(`Waited ${Math.round(waitedMs)} ms for ${waitingFor}, which did not come.\n${transcript}`, {
      remedy: 'Read the transcript; where the server is slow on purpose, raise timeoutMs.',
    })
    this.transcript = transcript
  }
}

/** Silence was expected and the server spoke or closed. */
export class NotSilentError extends MailrigError {
  readonly transcript: string

  constructor(ms: number, came: string, transcript: string) {
    super(`Expected silence for ${ms} ms, but came: ${came}\n${transcript}`, { code: 'NOT_SILENT' })
    this.transcript = transcript
  }
}

/** The TLS handshake failed, or must not begin. */
export class TlsError extends MailrigError {
  readonly transcript: string

  constructor(message: string, transcript: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(`${message}\n${transcript}`, { code: 'TLS_FAILED', ...options })
    this.transcript = transcript
  }
}

export function describeEnd(end: ConnectionEnd): string {
  const reason = end.reason === undefined ? '' : ` (${end.reason})`
  switch (end.how) {
    case 'FIN':
      return 'the server closed the connection (FIN)'
    case 'RST':
      return `the server reset the connection (RST)${reason}`
    case 'local':
      return 'this side had closed the connection'
    case 'error':
      return `the connection failed${reason}`
  }
}
