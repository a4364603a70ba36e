import { MailrigError } from '../../errors/mailrig-error.ts'
import type { MailboxMatch, ReceivingMailbox } from '../receiving-mailbox.ts'
import { isMailbox, isObject } from './in-words.ts'
import { refuseOptions, type Waiting } from './waiting-matcher.ts'

const mailbox = { what: 'a mailbox', is: isMailbox }

/** Is the message, or one that fits, in the mailbox? Waits for it. */
export const toReceive: Waiting<ReceivingMailbox, [MailboxMatch, { timeoutMs?: number }?]> = {
  name: 'toReceive',
  subject: mailbox,
  example: "expect(mailbox('jim')).toReceive(message)",
  insteadOfNot:
    "write await expect(mailbox('jim')).toReceiveNothing(), or look at await mailbox('jim').receivedFromThisTest()",
  refuse: ([message, options]) =>
    isMatch(message)
      ? refuseOptions(options)
      : { takes: 'what smtp.send gave, a Message-ID, or a function that tells the message', given: message },
  async run(mailbox, message, options = {}) {
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
  },
}

function isMatch(value: unknown): boolean {
  if (typeof value === 'function') return true
  const messageId = isObject(value) ? value.messageId : value
  return typeof messageId === 'string' && messageId.trim() !== ''
}

/**
 * Is no message of this test in the mailbox, once the MTA has done with all of them?
 *
 * Settles when the queue holds none of them, not after a pause; a message that stays deferred ends the wait with its
 * reason.
 */
export const toReceiveNothing: Waiting<ReceivingMailbox, []> = {
  name: 'toReceiveNothing',
  subject: mailbox,
  example: "expect(mailbox('jim')).toReceiveNothing()",
  insteadOfNot: "write await expect(mailbox('jim')).toReceive(message)",
  refuse: ([first]) => (first === undefined ? undefined : { takes: 'no argument', given: first }),
  async run(mailbox) {
    const received = await mailbox.receivedFromThisTest()
    const list = received.map(({ messageId, subject }) => `<${messageId}> ${JSON.stringify(subject)}`).join('\n  ')
    return {
      pass: received.length === 0,
      message: () =>
        received.length === 0
          ? `expected ${mailbox.address} to receive a message of this test`
          : `expected ${mailbox.address} to receive nothing, it received\n  ${list}`,
    }
  },
}
