import { formatJourney, type Traveller } from '../rig/journey.ts'
import type { Rig } from '../rig/rig.ts'
import { readBounce } from './bounce.ts'
import type { LoadCase } from './load-account.ts'
import { whileThere } from './while-there.ts'

/** What became of messages that were sent one by one. */
export interface SentAccount {
  /** How many the server took. */
  accepted: number
  lost: LoadCase[]
  doubled: LoadCase[]
}

/** Where copies of one message are: address → how many, as transferred, in lower case. */
type Copies = Map<string, number>

/**
 * Looks for messages at upstreams, in mailboxes, in bounces and in the queue, by Message-ID. A message is lost where it is
 * nowhere: an address that is no mailbox may lead to others, so any copy will do for it.
 *
 * @param messages those that the server took; each has a Message-ID, or a queue id whose Message-ID the log tells
 */
export async function accountOf(rig: Rig, messages: readonly Traveller[]): Promise<SentAccount> {
  const wanted = messages.flatMap((message) => messageOf(rig, message))
  if (wanted.length === 0) return { accepted: 0, lost: [], doubled: [] }
  // First the queue: what leaves it then is found where it has come to.
  const queue = rig.mta.ended === undefined ? await whileThere(rig, () => rig.mta.queue()) : []
  const there = new Set(queue.map(({ queueId }) => queueId))
  const copies = new Map<string, Copies>()
  const add = (messageId: string, address: string) => {
    const places = copies.get(messageId) ?? new Map<string, number>()
    copies.set(messageId, places.set(address.toLowerCase(), (places.get(address.toLowerCase()) ?? 0) + 1))
  }
  const notices: Buffer[] = []
  for (const upstream of Object.values(rig.upstreams)) {
    for (const message of upstream.messages) {
      if (message.from === '') notices.push(message.content)
      for (const address of message.to) add(message.messageId, address)
    }
  }
  if (rig.hasStore) {
    for (const { address } of rig.accounts) {
      await rig.mailbox(address).census(({ messageId, notice }) => {
        if (notice) notices.push(notice)
        else if (messageId !== undefined) add(messageId, address)
      })
    }
  }
  const bounced = new Set((await Promise.all(notices.map(readBounce))).flatMap((bounce) => bounce?.messageIds ?? []))
  const cases = wanted.map((message) => ({ ...message, places: placesOf(message, copies.get(message.messageId)) }))
  const told = ({ messageId, places, traveller }: (typeof cases)[number]): LoadCase => ({
    messageId,
    places,
    journey: formatJourney(rig.journey(traveller)),
  })
  return {
    accepted: wanted.length,
    lost: cases
      .filter(({ messageId, queueIds }) => !bounced.has(messageId) && !queueIds.some((queueId) => there.has(queueId)))
      .filter(({ messageId, places }) => isMissing(places, copies.get(messageId)))
      .map(told),
    doubled: cases.filter(({ places }) => places.some((place) => place.copies > 1)).map(told),
  }
}

interface Wanted {
  messageId: string
  /** Whom the server took it for; none where that is not known. */
  to: readonly string[]
  queueIds: readonly string[]
  traveller: Traveller
}

/** Those of a traveller that the server took: one of a session may stand for several. */
function messageOf({ mta }: Rig, message: Traveller & { accepted?: readonly string[] }): Wanted[] {
  const { messageId } = message
  if (messageId !== undefined) {
    const { accepted = message.envelope?.to ?? [] } = message
    if (message.envelope && accepted.length === 0) return []
    return messageId === '' ? [] : [{ messageId, to: accepted, queueIds: mta.queueIdsOf(message), traveller: message }]
  }
  return (message.queueIds ?? []).flatMap((queueId) => {
    const traveller = mta.identify(queueId)
    return traveller.messageId === undefined
      ? []
      : [{ messageId: traveller.messageId, to: [], queueIds: mta.queueIdsOf(traveller), traveller }]
  })
}

function placesOf({ to }: Wanted, copies: Copies = new Map()): LoadCase['places'] {
  const wanted = new Set(to.map((address) => address.toLowerCase()))
  const elsewhere = [...copies.keys()].filter((address) => !wanted.has(address))
  return [...wanted, ...elsewhere].map((address) => ({
    address,
    taken: wanted.has(address),
    copies: copies.get(address) ?? 0,
    bounced: false,
  }))
}

/** Is there a recipient for whom there is no copy, and no copy elsewhere that may be his? */
function isMissing(places: LoadCase['places'], copies: Copies = new Map()): boolean {
  if (copies.size === 0) return true
  const without = places.filter((place) => place.taken && place.copies === 0).length
  return without > 0 && !places.some((place) => !place.taken && place.copies > 0)
}
