import { InputError } from '../errors/mailrig-error.ts'
import { type DeliveryReport, deliveryReport } from '../mailbox/delivery-report.ts'
import { headerField, headerFields } from '../message/header-fields.ts'

/** What a server tells the sender of a message that it has given up. */
export interface Bounce {
  /** Message-IDs in it, one of which is the message's. */
  messageIds: string[]
  /** For whom it was given up; undefined where that is not said in a way that a program reads. */
  failed: string[] | undefined
}

/** Reads a bounce; undefined for any other message, a delay warning too. */
export async function readBounce(content: Buffer): Promise<Bounce | undefined> {
  const report = await deliveryReport(content).catch(unlessNone)
  if (report) return bounceIn(report)
  // OpenSMTPD writes a text of its own: "Delivery status notification: error", or "warning" while it goes on trying.
  const subject = headerField(headerFields(content), 'Subject') ?? ''
  if (!/\b(?:error|fail\w*|undeliver\w*|returned)\b/i.test(subject)) return undefined
  const messageIds = [...content.toString('latin1').matchAll(/^message-id:\s*<([^>\s]+)>/gim)].flatMap(
    ([, id]) => id ?? [],
  )
  return { messageIds, failed: undefined }
}

function bounceIn({ returned, recipients }: DeliveryReport): Bounce | undefined {
  const failed = recipients.filter(({ action }) => action === 'failed').map(({ address }) => address)
  return failed.length === 0 || returned?.messageId === undefined
    ? undefined
    : { messageIds: [returned.messageId], failed }
}

function unlessNone(error: unknown): undefined {
  if (error instanceof InputError) return undefined
  throw error
}
