import type { LogEvent } from '../servers/log-event.ts'
import { formatReply, type Reply } from '../session/reply.ts'
import type { SentMessage } from '../session/send.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { describeFate, type Fate, fatesIn, refusedBy } from './fate.ts'
import type { RunningMta } from './running-mta.ts'
import type { RunningStore } from './running-store.ts'
import type { Traceable } from './traceable.ts'

/** One thing that happened to a message, or to one made because of it. */
export interface JourneyStep {
  /** Milliseconds since the epoch: when it was said or read here. */
  at: number
  /** Where: `client`, the MTA's or the store's name, `upstream <name>`. */
  hop: string
  /** What, in one line. */
  what: string
  /** Where the message is known by one. */
  queueId?: string
}

/** A message's way over all hops, bounces and copies made of it included. */
export interface Journey {
  messageId?: string
  queueIds: string[]
  fates: Fate[]
  /** In the order of time. */
  steps: JourneyStep[]
}

/** What `smtp.send` gives, or what identifies a message that came by another way. */
export type Traveller = Traceable & Partial<Pick<SentMessage, 'replies' | 'transcript' | 'envelope' | 'rejected'>>

interface Hops {
  mta: RunningMta
  upstreams: Readonly<Record<string, Upstream>>
  /** Absent where the rig has none. */
  store: RunningStore | undefined
}

export function journeyOf(message: Traveller, { mta, upstreams, store }: Hops): Journey {
  const queueIds = mta.queueIdsOf(message)
  const events = mta.log.eventsOf(message)
  const messageIds = new Set([message.messageId, ...events.map(({ messageId }) => messageId)].filter(Boolean))
  const steps = [
    ...sessionSteps(message),
    ...events
      .filter(({ event }) => event !== 'note' && event !== 'raw')
      .map((event) => step(event.at, mta.name, describeEvent(event), event.queueId)),
    ...Object.values(upstreams).flatMap((upstream) => upstreamSteps(upstream, messageIds)),
    ...(store ? storeSteps(store, messageIds) : []),
  ]
  return {
    ...(message.messageId ? { messageId: message.messageId } : {}),
    queueIds,
    fates: fatesOf(message, queueIds, events),
    steps: steps.sort((a, b) => a.at - b.at),
  }
}

/** `+12 ms  postfix  A1B2 deferred …`, a line for each step, with the time since the one before. */
export function formatJourney({ fates, steps }: Journey): string[] {
  const width = Math.max(0, ...steps.map(({ hop }) => hop.length))
  const lines = steps.map(({ at, hop, what, queueId }, index) => {
    const since = Math.round(at - (steps[index - 1]?.at ?? at))
    return `${`+${since} ms`.padStart(9)}  ${hop.padEnd(width)}  ${queueId === undefined ? '' : `${queueId} `}${what}`
  })
  return [...fates.map(describeFate), ...lines]
}

function fatesOf(message: Traveller, queueIds: readonly string[], events: readonly LogEvent[]): Fate[] {
  const own = fatesIn(events.filter(({ queueId }) => queueId !== undefined && queueIds.includes(queueId)))
  const refused = (message.rejected ?? []).map(({ address, reply }) => refusedBy(reply, address))
  const known = [...refused, ...own]
  return known.length > 0 || queueIds.length === 0 ? known : [{ fate: 'under way' }]
}

function sessionSteps({ replies, transcript, envelope }: Traveller): JourneyStep[] {
  if (!replies || !transcript) return []
  const began = transcript.startedAt.getTime()
  const said: [string, Reply | undefined][] = [
    [`MAIL FROM:<${envelope?.from ?? ''}>`, replies.mail],
    ...replies.rcpt.map((reply, index): [string, Reply] => [`RCPT TO:<${envelope?.to[index] ?? ''}>`, reply]),
    ['DATA', replies.data],
    ['the message', replies.end],
  ]
  return said.flatMap(([command, reply]) =>
    reply ? [step(began + reply.at, 'client', `${command} → ${formatReply(reply).replaceAll('\n', ' / ')}`)] : [],
  )
}

function upstreamSteps(upstream: Upstream, messageIds: ReadonlySet<string | undefined>): JourneyStep[] {
  const hop = `upstream ${upstream.name}`
  const taken = upstream.messages.map((relayed) => ({ relayed, verb: 'took' }))
  const refused = upstream.attempts.flatMap((attempt) =>
    attempt.refused.map((relayed) => ({ relayed, verb: 'refused' })),
  )
  return [...taken, ...refused]
    .filter(({ relayed }) => messageIds.has(relayed.messageId))
    .map(({ relayed, verb }) => step(relayed.at, hop, `${verb} it ${relayed.describe()}`))
}

function storeSteps(store: RunningStore, messageIds: ReadonlySet<string | undefined>): JourneyStep[] {
  return store.log.lines.flatMap(({ at, text }) => {
    const event = store.readLog(text)
    const ofMessage = event.event === 'store' || event.event === 'notified'
    return ofMessage && event.messageId !== undefined && messageIds.has(event.messageId)
      ? [step(at, store.name, describeEvent(event))]
      : []
  })
}

function describeEvent({ event, from, to, client, relay, reason, reply, child }: LogEvent): string {
  const address = (text: string) => `<${text}>`
  return [
    event,
    ...(event === 'queued' && from !== undefined ? [`from ${address(from)}`] : []),
    ...(to ? [to.map(address).join(' ')] : []),
    ...(client === undefined ? [] : [`client ${client}`]),
    ...(relay === undefined ? [] : [`by ${relay}`]),
    ...(child === undefined ? [] : [`→ ${child}`]),
    ...(reason === undefined && reply === undefined ? [] : [`: ${reason ?? reply}`]),
  ].join(' ')
}

function step(at: number, hop: string, what: string, queueId?: string): JourneyStep {
  return { at, hop, what: what.replace(' : ', ': '), ...(queueId === undefined ? {} : { queueId }) }
}
