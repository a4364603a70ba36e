import type { Socket } from 'node:net'
import type { Door } from './door.ts'

/** Who answers what a listener takes: an upstream, or another player of mailrig's. */
export interface Answerer {
  /** As the topology calls it. */
  readonly name: string
  /** Serves an accepted socket, and says when that is over. */
  serve(socket: Socket, over: () => void, door: Door): void
}
