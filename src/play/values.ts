import { randomUUID } from 'node:crypto'
import type { Octets } from '../session-file/octets.ts'
import { utf8 } from '../session-file/octets.ts'
import type { Place } from '../yaml/place.ts'
import type { StepLog } from './step-log.ts'

/** What the variables of a file stand for: those every play has, and what replies were captured as. */
export class Values {
  readonly map: Map<string, string>
  readonly #log: StepLog

  /** @param startedAt milliseconds since the epoch */
  constructor(log: StepLog, { host, startedAt }: { host: string; startedAt: number }) {
    this.#log = log
    this.map = new Map([
      ['host', host],
      ['id', randomUUID().replaceAll('-', '')],
      ['date', new Date(startedAt).toUTCString().replace('GMT', '+0000')],
    ])
  }

  /** Octets, each as a character, with the variables in them. @throws {StepFailed} for one that was never captured */
  filled(octets: Octets, place: Place): string {
    const [only] = octets
    if (octets.length === 1 && typeof only === 'string') return only
    return octets
      .map((part) => {
        if (typeof part === 'string') return part
        const value = this.map.get(part.variable)
        if (value !== undefined) return utf8(value)
        throw this.#log.fail(part.place, {
          sent: `\${${part.variable}}`,
          line: place.line,
          since: performance.now(),
          expected: '',
          received: '',
          why: `nothing was captured as "${part.variable}" on this server`,
        })
      })
      .join('')
  }
}
