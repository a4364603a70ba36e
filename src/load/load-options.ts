import { oneOfThese } from '../errors/did-you-mean.ts'
import type { InputError } from '../errors/mailrig-error.ts'
import type { Feature } from '../servers/feature.ts'
import { loadOptionsError } from './load-options-error.ts'
import { checkSizes } from './sizes.ts'

/** Many messages for the server of a rig: how many, how fast, how, and to whom. */
export interface LoadOptions {
  /** How many. Default 100; with `seconds` no more than come about in that time. */
  messages?: number
  /** For how long messages are begun, in seconds. */
  seconds?: number
  /** How many connections there are side by side. Default 10. */
  connections?: number
  /** After how many messages a connection is ended and another opened. Default 100. */
  messagesPerConnection?: number
  /**
   * Octets of each message, header included: a number, `'4k'`, or several with their shares, as `'1k:70,10k:25,1m:5'`.
   * Default `'1k'`.
   */
  size?: number | string
  /** How many recipients each message has. Default 1. */
  recipients?: number
  /**
   * Where the messages go: addresses of mailboxes that the topology declares, or of a domain of its `internet`, whose mail
   * goes to an upstream. Of several, messages take turns. Default: the first domain that is not the server's own, or else the first
   * mailbox.
   */
  to?: string | readonly string[]
  /** Reverse-path: bounces go there. Default `load@client.example`; with `auth`, that mailbox. */
  from?: string
  /** STARTTLS (RFC 3207). Default false; with `auth`, where the server offers no AUTH before it. */
  tls?: boolean
  /** The mailbox to log in as (RFC 4954); the messages go by submission, port 587 (RFC 6409). */
  auth?: string
  /** Commands in groups (RFC 2920). Default: where the server offers it. True: it has to. */
  pipelining?: boolean
  /** BDAT in place of DATA (RFC 3030). The server has to offer it. Default false. */
  bdat?: boolean
  /** What is waited for: that each message came somewhere, or only that the server took each. Default `delivered`. */
  until?: 'delivered' | 'accepted'
  /** How long nothing may happen to the messages that are waited for, in milliseconds. Default 10 000 of an idle machine. */
  waitMs?: number
}

/** Messages one run may have: each costs some octets of memory. */
const MOST_MESSAGES = 10_000_000
/** RFC 5321 §4.5.3.1.8: a server has to take so many recipients. */
const MOST_RECIPIENTS = 100
const MOST_CONNECTIONS = 1_000
/** A day. */
const MOST_SECONDS = 86_400

const WHOLE = {
  messages: MOST_MESSAGES,
  connections: MOST_CONNECTIONS,
  messagesPerConnection: MOST_MESSAGES,
  recipients: MOST_RECIPIENTS,
} as const

const POSITIVE = { seconds: MOST_SECONDS, waitMs: MOST_SECONDS * 1000 } as const
const YES_OR_NO = ['tls', 'pipelining', 'bdat'] as const
const UNTIL = ['delivered', 'accepted'] as const

const KEYS = [...Object.keys(WHOLE), ...Object.keys(POSITIVE), ...YES_OR_NO, 'size', 'to', 'from', 'auth', 'until']

/**
 * Whether these are options of a load. What needs a rig, such as who has a mailbox, is checked there.
 *
 * @param nameOf how an option is called where it was written, e.g. `--count` for `messages`
 * @throws {InputError} LOAD_OPTIONS naming what is wrong and what is allowed
 */
export function checkLoadOptions(options: unknown, nameOf: (key: string) => string = (key) => key): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw loadOptionsError(`the options are ${JSON.stringify(options)}, no object`)
  }
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) {
      throw loadOptionsError(`there is no option ${JSON.stringify(key)}; ${oneOfThese(key, KEYS)}`)
    }
  }
  const given = options as Record<string, unknown>
  for (const [key, most] of Object.entries(WHOLE)) {
    const value = given[key]
    const fits = Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
    if (value !== undefined && !fits) throw wrong(nameOf(key), `a whole number from 1 to ${most}`, value)
  }
  for (const [key, most] of Object.entries(POSITIVE)) {
    const value = given[key]
    const fits = typeof value === 'number' && value > 0 && value <= most
    if (value !== undefined && !fits) throw wrong(nameOf(key), `a number above 0, and at most ${most}`, value)
  }
  for (const key of YES_OR_NO) {
    const value = given[key]
    if (value !== undefined && typeof value !== 'boolean') throw wrong(nameOf(key), 'true or false', value)
  }
  if (given.until !== undefined && !UNTIL.some((one) => one === given.until)) {
    throw wrong(nameOf('until'), UNTIL.map((one) => JSON.stringify(one)).join(' or '), given.until)
  }
  for (const key of ['from', 'auth']) {
    const value = given[key]
    if (value !== undefined && typeof value !== 'string') throw wrong(nameOf(key), 'an address', value)
  }
  if (typeof given.from === 'string' && given.from !== '' && !isAddress(given.from)) {
    throw wrong(nameOf('from'), 'an address such as "someone@client.example", or empty', given.from)
  }
  const to = given.to === undefined ? [] : [given.to].flat()
  const bad = to.find((one) => typeof one !== 'string' || !isAddress(one))
  if (bad !== undefined || (given.to !== undefined && to.length === 0)) {
    throw wrong(nameOf('to'), 'an address such as "someone@elsewhere.example", or several', bad ?? given.to)
  }
  if (given.size !== undefined) checkSizes(given.size, nameOf('size'))
}

/** What a server has to be able to do for such a load. */
export function featuresFor({ tls, auth, pipelining, bdat }: LoadOptions): Feature[] {
  return [
    ...(tls ? (['inbound-tls'] as const) : []),
    ...(auth === undefined ? [] : (['submission-auth', 'inbound-tls'] as const)),
    ...(pipelining ? (['pipelining'] as const) : []),
    ...(bdat ? (['chunking'] as const) : []),
  ]
}

function wrong(key: string, takes: string, given: unknown): InputError {
  return loadOptionsError(`${key} is ${takes}, not ${JSON.stringify(given)}`)
}

function isAddress(text: string): boolean {
  return /^[^\s<>@]+@[^\s<>@]+$/.test(text)
}
