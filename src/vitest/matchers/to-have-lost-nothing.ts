import type { LoadAccount, LoadCase } from '../../load/load-account.ts'
import type { Rig } from '../../rig/rig.ts'
import { accountFor, isAccounted } from '../accounts.ts'
import { isObject } from './in-words.ts'
import { wrongKey } from './misuse.ts'
import type { Waiting } from './waiting-matcher.ts'

const subject = { what: 'a rig, or the account that load gave', is: isAccounted }

/** Messages that a failure names. */
const NAMED = 10

/** Is each message that the server took somewhere: at an upstream, in a mailbox, in a bounce, in the queue? */
export const toHaveLostNothing: Waiting<Rig | LoadAccount, []> = {
  name: 'toHaveLostNothing',
  subject,
  example: 'expect(rig).toHaveLostNothing()',
  insteadOfNot: 'look at account.lost and account.lostMessages()',
  refuse: ([first]) => (first === undefined ? undefined : { takes: 'no argument', given: first }),
  async run(given) {
    const { accepted, lost, lostMessages, unrest } = await accountFor(given)
    return {
      // What is in the queue is not lost: a server that has not come to rest is judged by what is there.
      pass: lost === 0,
      message: () =>
        lost === 0
          ? `expected the server to lose a message, of ${accepted} that it took`
          : [
              ...(unrest === undefined ? [] : [unrest]),
              `expected the server to lose nothing; of ${accepted} messages that it took, ${lost} ${is(lost)} nowhere:`,
              ...named(lostMessages, lost),
            ].join('\n'),
    }
  },
}

/** Did no more messages than that come to somebody more than once? */
export const toHaveDuplicated: Waiting<Rig | LoadAccount, [{ atMost: number }]> = {
  name: 'toHaveDuplicated',
  subject,
  example: 'expect(rig).toHaveDuplicated({ atMost: 0 })',
  insteadOfNot: 'write await expect(rig).toHaveDuplicated({ atMost: 0 })',
  refuse([options]) {
    if (!isObject(options) || Array.isArray(options)) return { takes: 'how many at most', given: options }
    const { atMost } = options
    const fits = typeof atMost === 'number' && Number.isInteger(atMost) && atMost >= 0
    return (
      wrongKey(options, ['atMost']) ?? (fits ? undefined : `atMost is a whole number, not ${JSON.stringify(atMost)}`)
    )
  },
  async run(given, { atMost }) {
    const { accepted, duplicated, doubledMessages, unrest } = await accountFor(given)
    // More may come while the server has not come to rest.
    if (unrest !== undefined) return { pass: false, message: () => unrest }
    return {
      pass: duplicated <= atMost,
      message: () =>
        duplicated <= atMost
          ? `expected more than ${atMost} of ${accepted} messages to come more than once, ${duplicated} did`
          : [
              `expected at most ${atMost} of ${accepted} messages to come more than once; ${duplicated} did:`,
              ...named(doubledMessages, duplicated),
            ].join('\n'),
    }
  },
}

function named(cases: readonly LoadCase[], all: number): string[] {
  const lines = cases
    .slice(0, NAMED)
    .flatMap(({ messageId, places, journey }) => [
      `  <${messageId}>: ${places.map(describePlace).join(', ')}`,
      ...journey.map((line) => `    ${line}`),
    ])
  return all > NAMED ? [...lines, `  … and ${all - NAMED} more`] : lines
}

function describePlace({ address, copies }: LoadCase['places'][number]): string {
  return `${address} has ${copies === 0 ? 'none' : copies === 1 ? 'one' : `it ${copies} times`}`
}

function is(count: number): string {
  return count === 1 ? 'is' : 'are'
}
