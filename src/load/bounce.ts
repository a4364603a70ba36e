import { InputError } from '../errors/mailrig-error.ts'
import { type DeliveryReport, deliveryReport } from '../mailbox/delivery-report.ts'
import { headerField, headerFields } from '../message/header-fields.ts'

/** What a server tells the sender of a message that it has given up. */
export interface Bounce {
  /** Message-IDs in it, one of which is the message's. */
  messageIds: string[]
  /** For whom it was given up; undefined where that is not said in a way that a program reads. */
  failed: string[] | undefined
  /** What the next hop said, or the status (RFC 3463); undefined where it is not said in a way that a program reads. */
  why: string | undefined
}

/** Reads a bounce; undefined for any other message, a delay warning too. */
export async function readBounce(content: Buffer): Promise<Bounce | undefined> {
  const report = await deliveryReport(content).catch(unlessNone)
  if (report) return bounceIn(report, content)
  // OpenSMTPD writes a text of its own: "Delivery status notification: error", or "warning" while it goes on trying.
  const subject = headerField(headerFields(content), 'Subject') ?? ''
  if (!/\b(?:error|fail\w*|undeliver\w*|returned)\b/i.test(subject)) return undefined
  const messageIds = [...content.toString('latin1').matchAll(/^message-id:\s*<([^>\s]+)>/gim)].flatMap(
    ([, id]) => id ?? [],
  )
  // It has a line `jim@example.com: 550 5.1.1 no such user` for each recipient.
  const [, why] = /^[^\s@:]+@[^\s@:]+: +(\S[^\r\n]*)/m.exec(content.toString('latin1')) ?? []
  return { messageIds, failed: undefined, why: why?.trim() }
}

function bounceIn({ returned, recipients }: DeliveryReport, content: Buffer): Bounce | undefined {
  const given = recipients.filter(({ action }) => action === 'failed')
  const failed = given.map(({ address }) => address)
  const [why] = given.map(({ address, diagnostic, status }) => diagnostic ?? saidOf(address, content) ?? status)
  return failed.length === 0 || returned?.messageId === undefined
    ? undefined
    : { messageIds: [returned.messageId], failed, why: why?.replace(/\s+/g, ' ') }
}

/** Exim's text for people has the address on a line of its own, and why below it, further in. */
function saidOf(address: string, content: Buffer): string | undefined {
  const lines = content.toString('latin1').split(/\r?\n/)
  const at = lines.findIndex((line) => line.trim() === address)
  const below = at === -1 ? [] : lines.slice(at + 1)
  const end = below.findIndex((line) => !/^\s+\S/.test(line))
  return below.slice(0, Math.max(0, end)).join(' ').trim() || undefined
}

function unlessNone(error: unknown): undefined {
  if (error instanceof InputError) return undefined
  throw error
}
