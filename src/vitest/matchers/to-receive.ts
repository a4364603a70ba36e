import { MailrigError } from '../../errors/mailrig-error.ts'
import type { MailboxMatch, ReceivingMailbox } from '../receiving-mailbox.ts'

/** Is the message, or one that fits, in the mailbox? Waits for it. */
export async function toReceive(
  mailbox: ReceivingMailbox,
  message: MailboxMatch,
  options: { timeoutMs?: number } = {},
) {
  try {
    const stored = await mailbox.receive(message, options)
    return {
      pass: true,
      message: () => `expected ${mailbox.address} not to receive the message <${stored.messageId}>`,
    }
  } catch (error) {
    if (!(error instanceof MailrigError)) throw error
    return { pass: false, message: () => error.message }
  }
}

/**
 * Is no message of this test in the mailbox, once the MTA has done with all of them?
 *
 * Settles when the queue holds none of them, not after a pause; a message that stays deferred ends the wait with its
 * reason.
 */
export async function toReceiveNothing(mailbox: ReceivingMailbox) {
  const received = await mailbox.receivedFromThisTest()
  const list = received.map(({ messageId, subject }) => `<${messageId}> ${JSON.stringify(subject)}`).join('\n  ')
  return {
    pass: received.length === 0,
    message: () =>
      received.length === 0
        ? `expected ${mailbox.address} to receive a message of this test`
        : `expected ${mailbox.address} to receive nothing, it received\n  ${list}`,
  }
}
