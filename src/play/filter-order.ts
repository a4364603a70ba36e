import type { Milter } from '../filters/milter.ts'
import type { Policy } from '../filters/policy.ts'
import type { MilterOrder, PolicyOrder, When } from '../session-file/statement.ts'
import { conditionOf } from './upstream-order.ts'

/** Tells a milter what a file says. */
export function tellMilter(milter: Milter, { order }: MilterOrder): void {
  if (order.kind !== 'on') {
    milter[order.kind]()
    return
  }
  const when = conditionsOf(order.when)
  milter.on(order.stage, order.action, {
    ...timesOf(order.when),
    ...(when && {
      when: ({ message, recipient }) =>
        when({
          to: message?.to ?? [],
          ...(message && { from: message.from }),
          ...(recipient === undefined ? {} : { recipient }),
        }),
    }),
  })
}

/** Tells a policy service what a file says. */
export function tellPolicy(policy: Policy, { order }: PolicyOrder): void {
  if (order.kind !== 'answer') {
    policy[order.kind]()
    return
  }
  const when = conditionsOf(order.when)
  policy.answer(order.action, {
    ...timesOf(order.when),
    ...(when && {
      when: ({ sender, recipient }) =>
        when({
          to: recipient === undefined || recipient === '' ? [] : [recipient],
          ...(sender === undefined ? {} : { from: sender }),
        }),
    }),
  })
}

function conditionsOf({ from, to, number }: When) {
  return conditionOf({ from, to, number })
}

function timesOf({ times }: When): { times?: number } {
  return times === undefined ? {} : { times }
}
