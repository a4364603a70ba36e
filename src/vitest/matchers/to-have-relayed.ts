import { MailrigError } from '../../errors/mailrig-error.ts'
import type { SentMessage } from '../../session/send.ts'
import type { MessagePattern } from '../../upstream/message-match.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import { casesOf } from '../test-case.ts'

/** Has the upstream been handed this message, or one that fits the pattern? Waits for it. */
export async function toHaveRelayed(
  upstream: Upstream,
  message: Pick<SentMessage, 'messageId'> | MessagePattern,
  options: { timeoutMs?: number } = {},
) {
  const pattern: MessagePattern = isSent(message) ? { messageId: message.messageId } : message
  const there = upstream.messages.find((relayed) => relayed.messageId !== '' && relayed.messageId === pattern.messageId)
  if (there) return { pass: true, message: () => `expected the upstream not to be handed ${there.describe()}` }
  try {
    const relayed = await upstream.next(pattern, options)
    return { pass: true, message: () => `expected the upstream not to be handed ${relayed.describe()}` }
  } catch (error) {
    if (!(error instanceof MailrigError)) throw error
    return { pass: false, message: () => error.message }
  }
}

/** Was nothing handed to the upstream, once the MTA has done with every message of the test? */
export async function toHaveRelayedNothing(upstream: Upstream) {
  await Promise.all(casesOf(upstream).map((testCase) => testCase.settled()))
  const { messages } = upstream
  return {
    pass: messages.length === 0,
    message: () =>
      messages.length === 0
        ? 'expected the upstream to be handed a message'
        : `expected the upstream to be handed nothing, it was handed\n  ${messages.map((message) => message.describe()).join('\n  ')}`,
  }
}

function isSent(message: Pick<SentMessage, 'messageId'> | MessagePattern): message is SentMessage {
  return 'envelope' in message
}
