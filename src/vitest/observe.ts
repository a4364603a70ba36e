import { normaliseReply, normaliseText } from '../report/normalise.ts'
import type { ScenarioMeta, Verdict } from '../report/scenario-meta.ts'
import type { RunningMta } from '../rig/running-mta.ts'
import type { Reply } from '../session/reply.ts'

export type Observed = string | Pick<Reply, 'code' | 'lines' | 'text'>

/**
 * Records a behaviour: a row and a cell of docs/behaviour.md. A verdict never makes a test fail.
 *
 * @param value A reply, of which the first line is kept, or words. Queue ids, addresses, times and versions are
 * replaced, so that the value is the same in every run.
 */
export type Observe = (name: string, value: Observed, verdict?: Verdict) => void

/** What a test writes by its `observe` into its meta. */
export function observeInto(meta: ScenarioMeta, mta: RunningMta): Observe {
  return (name, value, verdict) => {
    const text =
      typeof value === 'string'
        ? normaliseText(value, { queueIds: [] })
        : normaliseReply(value, { queueIds: [mta.queueIdIn(value) ?? []].flat() })
    meta.observations.push({ name, value: text, ...(verdict ? { verdict } : {}) })
  }
}
