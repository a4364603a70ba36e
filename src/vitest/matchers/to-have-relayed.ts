import { MailrigError } from '../../errors/mailrig-error.ts'
import type { SentMessage } from '../../session/send.ts'
import { type MessagePattern, matches } from '../../upstream/message-match.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import { casesOf } from '../test-case.ts'
import { isObject, isUpstream } from './in-words.ts'
import { wrongKey } from './misuse.ts'
import { refuseOptions, type Waiting } from './waiting-matcher.ts'

const upstream = { what: 'an upstream', is: isUpstream }
const KEYS = ['from', 'to', 'subject', 'messageId']

type Relayed = Pick<SentMessage, 'messageId' | 'envelope'> | MessagePattern

/** Has the upstream been handed this message, or one that fits the pattern? Waits for it. */
export const toHaveRelayed: Waiting<Upstream, [Relayed, { timeoutMs?: number }?]> = {
  name: 'toHaveRelayed',
  subject: upstream,
  example: 'expect(upstream).toHaveRelayed(message)',
  insteadOfNot:
    'write await expect(upstream).toHaveRelayedNothing(), or look at upstream.messages after await mta.settled(message)',
  refuse([message, options]) {
    if (isSent(message)) return refuseOptions(options)
    if (!isObject(message) || Array.isArray(message)) {
      return { takes: `what smtp.send gave, or a pattern of ${KEYS.join(', ')}`, given: message }
    }
    const wrong = Object.entries(message).find(([, value]) => !(typeof value === 'string' || value instanceof RegExp))
    return (
      wrongKey(message, KEYS) ??
      (wrong ? `${wrong[0]} is a text or a regular expression, not ${String(wrong[1])}` : refuseOptions(options))
    )
  },
  async run(upstream, message, options = {}) {
    const pattern: MessagePattern = isSent(message) ? { messageId: message.messageId } : message
    try {
      const relayed = there(upstream, pattern) ?? (await upstream.next(pattern, options))
      return { pass: true, message: () => `expected the upstream not to be handed ${relayed.describe()}` }
    } catch (error) {
      if (!(error instanceof MailrigError)) throw error
      return { pass: false, message: () => error.message }
    }
  },
}

/** One that is named by its Message-ID may have been given out before. */
function there(upstream: Upstream, pattern: MessagePattern) {
  if (pattern.messageId === undefined || pattern.messageId === '') return undefined
  return upstream.messages.find((relayed) => matches(relayed, pattern))
}

/** Was nothing handed to the upstream, once the MTA has done with every message of the test? */
export const toHaveRelayedNothing: Waiting<Upstream, []> = {
  name: 'toHaveRelayedNothing',
  subject: upstream,
  example: 'expect(upstream).toHaveRelayedNothing()',
  insteadOfNot: 'write await expect(upstream).toHaveRelayed(message)',
  refuse: ([first]) => (first === undefined ? undefined : { takes: 'no argument', given: first }),
  async run(upstream) {
    await Promise.all(casesOf(upstream).map((testCase) => testCase.settled()))
    const { messages } = upstream
    return {
      pass: messages.length === 0,
      message: () =>
        messages.length === 0
          ? 'expected the upstream to be handed a message'
          : `expected the upstream to be handed nothing, it was handed\n  ${messages.map((message) => message.describe()).join('\n  ')}`,
    }
  },
}

function isSent(message: unknown): message is Pick<SentMessage, 'messageId' | 'envelope'> {
  return isObject(message) && 'envelope' in message
}
