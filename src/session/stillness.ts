import type { Connection } from './connection.ts'
import { escapeOctets } from './escape-octets.ts'
import { type ConnectionEnd, NotSilentError } from './session-error.ts'

/** A reader that lets others hear what it hears. */
export interface Audible {
  readonly onOctets: Set<(chunk: Buffer) => void>
  readonly onEnd: Set<(end: ConnectionEnd) => void>
}

/**
 * Resolves when nothing came for that long.
 *
 * @param came what has come already and nobody has read; empty for nothing
 * @throws NotSilentError as soon as anything comes: octets, or the end of the connection
 */
export function silence(connection: Connection, reader: Audible, ms: number, came: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const over = () => {
    clearTimeout(timer)
    reader.onOctets.delete(onOctets)
    reader.onEnd.delete(onEnd)
  }
  const broken = (by: string) => {
    over()
    reject(new NotSilentError(ms, by, connection.formatted()))
  }
  const onOctets = (chunk: Buffer) => broken(escapeOctets(chunk))
  const onEnd = (end: ConnectionEnd) => broken(`the end of the connection (${end.how})`)
  const timer = setTimeout(() => {
    over()
    resolve()
  }, ms)
  reader.onOctets.add(onOctets)
  reader.onEnd.add(onEnd)
  if (came !== '') broken(came)
  else if (connection.end) onEnd(connection.end)
  return promise
}

/** Resolves when the connection has ended, and says how. @throws SessionWaitError */
export function closed(connection: Connection, reader: Audible, timeoutMs?: number): Promise<ConnectionEnd> {
  if (connection.end) return Promise.resolve(connection.end)
  const onEnd = (end: ConnectionEnd) => {
    reader.onEnd.delete(onEnd)
    wait.resolve(end)
  }
  const wait = connection.waits.start<ConnectionEnd>(
    () => 'the server to close the connection',
    timeoutMs ?? connection.timeoutMs,
    () => reader.onEnd.delete(onEnd),
  )
  reader.onEnd.add(onEnd)
  return wait.promise
}
