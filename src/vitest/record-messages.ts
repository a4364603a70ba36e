import type { MessageRecord } from '../report/test-record.ts'
import type { Traveller } from '../rig/journey.ts'
import type { Rig } from '../rig/rig.ts'
import type { TestCase } from './test-case.ts'

/** What became of each message of a test that the MTA took, as its log tells by now. */
export function recordMessages(testCase: TestCase): MessageRecord[] {
  const { rig } = testCase
  const others = testCase.accepted().flatMap((message) => (message.messageId ? [] : (message.queueIds ?? [])))
  const travellers: Traveller[] = [...testCase.sent, ...new Set(others)].map((message) =>
    typeof message === 'string' ? rig.mta.identify(message) : message,
  )
  return travellers.map((message) => recordMessage(rig, message))
}

function recordMessage(rig: Rig, message: Traveller): MessageRecord {
  const { messageId, queueIds, fates } = rig.journey(message)
  const events = rig.mta.log.eventsOf(message)
  const from = message.envelope?.from ?? events.find((event) => event.from !== undefined)?.from
  return {
    ...(messageId === undefined ? {} : { messageId }),
    queueIds,
    ...(from === undefined ? {} : { from }),
    ...(message.envelope ? { to: message.envelope.to } : {}),
    fates: fates.map((fate) => {
      const as = events.flatMap(({ event, originalTo, to = [] }) =>
        event === 'delivered' && originalTo !== undefined && originalTo === fate.recipient ? to : [],
      )
      return { ...fate, ...(as.length > 0 ? { as: [...new Set(as)] } : {}) }
    }),
  }
}
