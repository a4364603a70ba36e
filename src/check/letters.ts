import type { ImapSession } from '../mailbox/imap-session.ts'
import { bareMessageId, headerField, headerFields } from '../message/header-fields.ts'
import type { KnownAccount, Subject } from './subject.ts'

/** A message that somebody found in a mailbox. */
export interface Letter {
  /** The message as the store gives it, as UTF-8. */
  text: string
}

/** What is needed to look into mailboxes. */
interface Reader {
  subject: Subject
  mailbox(account: KnownAccount): Promise<ImapSession>
  rested(): Promise<void>
  unsure(reason: string): never
}

/** By Message-ID without angle brackets, or by a text that stands in it. */
type Sought = { messageId: string } | { text: string }

/** How often a mailbox is looked into without news before the wait ends; each look waits for the server's own. */
const LOOKS = 40

export async function lettersIn(t: Reader, account: KnownAccount, what: Sought): Promise<Letter[]> {
  if (t.subject.stored) return inFiles(await t.subject.stored(account), what)
  const session = await t.mailbox(account)
  await session.command('EXAMINE INBOX')
  return search(session, what)
}

/** The message, there already or to come; undefined where the server has done with it and it is not there. */
export async function waitForLetter(t: Reader, account: KnownAccount, messageId: string): Promise<Letter | undefined> {
  if (t.subject.rested) {
    await t.rested()
    return (await lettersIn(t, account, { messageId }))[0]
  }
  if (t.subject.stored) t.unsure('nobody can tell when the server has done with a message')
  const session = await t.mailbox(account)
  await session.command('EXAMINE INBOX')
  for (let look = 0; look < LOOKS; look += 1) {
    const [found] = await search(session, { messageId })
    if (found) return found
    const idling = await session.idle()
    const news = await idling.next().catch(() => undefined)
    if (news === undefined) return undefined
    await idling.done()
  }
  return undefined
}

function inFiles(messages: readonly Buffer[], what: Sought): Letter[] {
  const isMeant = (message: Buffer) =>
    'text' in what
      ? message.includes(what.text)
      : bareMessageId(headerField(headerFields(message), 'Message-ID')) === what.messageId
  return messages.filter(isMeant).map((message) => ({ text: message.toString() }))
}

async function search(session: ImapSession, what: Sought): Promise<Letter[]> {
  const key = 'text' in what ? `TEXT "${what.text}"` : `HEADER Message-ID "${what.messageId}"`
  const { untagged } = await session.command(`UID SEARCH ${key}`)
  const uids = untagged.find((line) => /^SEARCH\b/i.test(line))?.match(/\d+/g) ?? []
  const letters: Letter[] = []
  for (const uid of uids) {
    const fetched = await session.command(`UID FETCH ${uid} (BODY.PEEK[])`)
    const text = fetched.untagged.map(literalIn).find((one) => one !== undefined)
    if (text !== undefined) letters.push({ text })
  }
  return letters
}

/** The first literal of a response (RFC 9051 §4.3). */
function literalIn(response: string): string | undefined {
  const announced = /\{(\d+)\}\r\n/.exec(response)
  if (!announced) return undefined
  const rest = Buffer.from(response.slice(announced.index + announced[0].length))
  return rest.subarray(0, Number(announced[1])).toString()
}
