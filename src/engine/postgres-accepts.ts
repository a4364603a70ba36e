import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { patience } from '../metrics/patience.ts'

const RETRY_MS = 8
const CONNECT_MS = 5_000
/** cannot_connect_now: the server is starting up (PostgreSQL, Appendix A). */
const STARTING_UP = '57P03'

/**
 * Logs in again and again until PostgreSQL lets somebody in. Asked of the server itself: where the line "ready to accept
 * connections" slips by Docker's log follower, the request for it is never answered.
 *
 * @throws the error of the last try after `timeoutMs`, and at once another than that nobody listens yet.
 */
export async function untilAccepting(settings: pg.ClientConfig, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (true) {
    const client = new pg.Client({ ...settings, connectionTimeoutMillis: patience(CONNECT_MS) })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      // Not the server's own words: nobody listens, or the engine's proxy takes the connection and drops it.
      const notYet = !(error instanceof pg.DatabaseError) || error.code === STARTING_UP
      if (!notYet || performance.now() + RETRY_MS > deadline) throw error
    }
    await pause(RETRY_MS)
  }
}
