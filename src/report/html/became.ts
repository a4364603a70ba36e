import type { MessageRecord, RigRecord, TestRecord } from '../test-record.ts'
import type { Became, BecameLine } from './page-types.ts'

/**
 * What became of the messages of a test, and where they are: what went wrong stands first. Empty where the record does
 * not tell, as those of earlier versions do not.
 */
export function becameOf(record: TestRecord, rig: RigRecord | undefined): Became[] {
  const { messages = [], refused = [], missed = [] } = record
  const known = new Set(messages.flatMap(({ messageId }) => messageId ?? []))
  const strange = missed.filter(({ messageId }) => messageId === undefined || !known.has(messageId))
  const stored = Array.isArray(record.stored) ? record.stored : []
  const others = stored.filter(({ messageId }) => !known.has(messageId))
  const groups: Became[] = [
    { title: 'Expected', lines: strange.map(({ mailbox, messageId }) => bad(neverCame(mailbox, messageId))) },
    { title: 'Refused in a session', lines: refused.map(bad) },
    ...messages.map((message) => ({ title: titleOf(message), lines: linesOf(message, record, rig) })),
    {
      title: 'What came of them, in the mail store',
      lines: others.map((place) => good(`<${place.messageId}>: ${placeOf(place)}`)),
    },
  ]
  return groups.filter(({ lines }) => lines.length > 0)
}

/** The mailboxes in which the test expected the message in vain, where it was stored for another user; else undefined. */
export function isElsewhere({ missed = [] }: TestRecord, messageId: string, user: string): string[] | undefined {
  const expected = missed.filter((one) => one.messageId === messageId).map(({ mailbox }) => mailbox)
  return expected.length === 0 || expected.some((mailbox) => isSame(mailbox, user)) ? undefined : expected
}

const TONES = ['bad', 'later', 'good', 'plain'] as const satisfies BecameLine['tone'][]

function linesOf(message: MessageRecord, record: TestRecord, rig: RigRecord | undefined): BecameLine[] {
  const { messageId, fates } = message
  const missed = (record.missed ?? []).filter((one) => messageId !== undefined && one.messageId === messageId)
  const lines = [
    ...missed.map(({ mailbox }) => bad(`It did not come into ${mailbox}, where the test expected it.`)),
    ...(messageId === undefined || rig?.store === undefined ? [] : whereabouts(messageId, message, record)),
    ...fates.map(fateLine),
    ...(messageId === undefined ? [] : handedOver(messageId, record)),
  ]
  return TONES.flatMap((tone) => lines.filter((line) => line.tone === tone))
}

/** Where it is in the mail store, as the store said when it was asked, or else as its log told. */
function whereabouts(messageId: string, { to = [], fates }: MessageRecord, record: TestRecord): BecameLine[] {
  const { stored, log } = record
  if (typeof stored === 'string') return [plain(`In the mail store: ${stored}`)]
  if (stored === undefined) {
    const users = log.flatMap((line) => (line.own && line.stored === messageId && line.storedFor ? line.storedFor : []))
    return [...new Set(users)].map((user) => good(`It was stored for ${user}.`))
  }
  const places = stored.filter((place) => place.messageId === messageId)
  if (places.length === 0) return [plain('It is in no mailbox of the mail store.')]
  const named = [...to, ...fates.flatMap(({ recipient = [], as = [] }) => [recipient, as].flat())]
  return places.map((place) => {
    const where = `It is in ${placeOf(place)}`
    if (isElsewhere(record, messageId, place.user)) return bad(`${where}: another mailbox than the test expected.`)
    // Of a session the envelope is known from the log alone, which names who got it.
    return named.some((address) => isSame(address, place.user))
      ? good(`${where}.`)
      : later(`${where}, whom the envelope does not name.`)
  })
}

function handedOver(messageId: string, { upstreams }: TestRecord): BecameLine[] {
  return upstreams.flatMap(({ name, messages }) =>
    messages
      .filter((message) => message.includes(`<${messageId}>`))
      .map((message) => good(`Upstream ${JSON.stringify(name)} was handed it: ${message}`)),
  )
}

function fateLine({ recipient, fate, reason, as }: MessageRecord['fates'][number]): BecameLine {
  const who = recipient === undefined ? '' : `${recipient}: `
  const other = as?.filter((address) => address !== recipient) ?? []
  const to = other.length === 0 ? '' : ` to ${other.join(', ')}`
  const text = `${who}${fate}${to}${reason === undefined ? '' : `: ${reason.replaceAll('\n', ' / ')}`}`
  if (fate === 'delivered') return good(text)
  return /^(?:bounced|expired|refused)$/.test(fate) ? bad(text) : later(text)
}

function titleOf({ messageId, queueIds, from, to }: MessageRecord): string {
  const name = messageId === undefined ? `Message with queue id ${queueIds.join(', ')}` : `<${messageId}>`
  const sender = from === undefined ? '' : ` from <${from}>`
  return `${name}${sender}${to === undefined ? '' : ` to ${to.map((address) => `<${address}>`).join(', ')}`}`
}

function neverCame(mailbox: string, messageId: string | undefined): string {
  return messageId === undefined
    ? `No message that fits came into ${mailbox}.`
    : `<${messageId}> did not come into ${mailbox}.`
}

function placeOf({ user, folder, uid }: { user: string; folder: string; uid: number }): string {
  return `${user}, ${folder}, UID ${uid}`
}

/** Is it the mailbox of this user? A store of Unix accounts knows local parts alone; an address may have a detail. */
function isSame(mailbox: string, user: string): boolean {
  const [local = '', domain = ''] = mailbox.toLowerCase().split(/[@,]/)
  const [userLocal = '', userDomain] = user.toLowerCase().split('@')
  const base = local.replace(/[+-].*$/, '')
  return (local === userLocal || base === userLocal) && (userDomain === undefined || domain === userDomain)
}

function bad(text: string): BecameLine {
  return { tone: 'bad', text }
}

function later(text: string): BecameLine {
  return { tone: 'later', text }
}

function good(text: string): BecameLine {
  return { tone: 'good', text }
}

function plain(text: string): BecameLine {
  return { tone: 'plain', text }
}
