import { find, type Pattern, textOf } from '../session-file/pattern.ts'
import type { UpstreamOrder } from '../session-file/statement.ts'
import type { StageContext } from '../upstream/script.ts'
import type { Upstream } from '../upstream/upstream.ts'

const NO_VALUES = new Map<string, string>()

/** Tells an upstream what a file says. */
export async function tell(upstream: Upstream, order: UpstreamOrder['order']): Promise<void> {
  switch (order.kind) {
    case 'down':
    case 'up':
      upstream[order.kind]()
      return
    case 'offer':
      if (order.what === 'tls') await upstream.offerTls(order)
      else upstream.auth = { accounts: { ...upstream.auth?.accounts, [order.user]: order.password } }
      return
    case 'on': {
      const { kind: _, stage, times, from, to, number, ...action } = order
      const when = conditionOf({ from, to, number })
      upstream.on(stage, action, { ...(times === undefined ? {} : { times }), ...(when ? { when } : {}) })
    }
  }
}

interface Conditions {
  from: Pattern | undefined
  to: Pattern | undefined
  number: number | undefined
}

/** What of an envelope is known where an order may serve. */
type Known = Pick<StageContext, 'from' | 'to' | 'recipient'>

/** Whether an order serves; undefined where it always does. Counts for `number` how often it was asked. */
export function conditionOf({ from, to, number }: Conditions): ((known: Known) => boolean) | undefined {
  if (from === undefined && to === undefined && number === undefined) return undefined
  let count = 0
  return (context) => {
    if (from !== undefined && !(context.from !== undefined && isPath(from, context.from))) return false
    const recipients = context.recipient === undefined ? context.to : [context.recipient]
    if (to !== undefined && !recipients.some((address) => isPath(to, address))) return false
    count += 1
    return number === undefined || count === number
  }
}

function isPath(pattern: Pattern, address: string): boolean {
  if (pattern.kind === 'literal') return textOf(pattern.octets, NO_VALUES) === address
  return find(pattern, address, NO_VALUES) !== undefined
}
