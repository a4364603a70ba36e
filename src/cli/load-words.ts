import type { LoadOptions } from '../load/load-options.ts'
import { loadOptionsError } from '../load/load-options-error.ts'

/** The options of `mailrig load` as they were written. */
export interface LoadWords {
  count?: string
  duration?: string
  connections?: string
  messagesPerConnection?: string
  size?: string
  recipients?: string
  to?: string
  from?: string
  tls?: boolean
  auth?: string
  pipelining?: boolean
  bdat?: boolean
  wait?: string
}

/** How far `--ramp` goes where nothing else is said. */
export const RAMP_UP_TO = 128

const NAMES: Readonly<Record<string, string>> = {
  messages: '--count',
  seconds: '--duration',
  messagesPerConnection: '--messages-per-connection',
  waitMs: '--wait',
}

/** How an option of a load is called on the command line. */
export function loadOptionOf(key: string): string {
  return NAMES[key] ?? `--${key}`
}

/** @throws {InputError} LOAD_OPTIONS */
export function loadOptionsFrom(words: LoadWords): LoadOptions {
  const { count, duration, connections, messagesPerConnection, size, recipients, to, wait } = words
  const wholes = Object.entries({ messages: count, connections, messagesPerConnection, recipients })
  const numbers = wholes.flatMap(([key, text]) => (text === undefined ? [] : [[key, whole(text, loadOptionOf(key))]]))
  const { from, tls, auth, pipelining, bdat } = words
  const others = Object.entries({ from, tls, auth, pipelining, bdat, size })
  return {
    ...Object.fromEntries([...numbers, ...others.filter(([, value]) => value !== undefined)]),
    ...(duration === undefined ? {} : { seconds: msOf(duration, '--duration') / 1000 }),
    ...(wait === undefined ? {} : { waitMs: msOf(wait, '--wait') }),
    ...(to === undefined ? {} : { to: to.split(',').map((address) => address.trim()) }),
  }
}

/** @param argv the command line @throws {InputError} LOAD_OPTIONS where it asks for one thing and for its opposite */
export function refuseContradictions(argv: readonly string[]): void {
  const [one, other] = ['--pipelining', '--no-pipelining'] as const
  if (argv.includes(one) && argv.includes(other)) throw loadOptionsError(`${one} and ${other} contradict each other`)
}

function whole(text: string, option: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw loadOptionsError(`${option} is a whole number, not ${JSON.stringify(text)}`)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function msOf(text: string, option: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? []
  const factor = UNITS[unit]
  if (digits !== undefined && factor !== undefined) return Number(digits) * factor
  throw loadOptionsError(`${option} is a time such as 30s, 500ms or 2m, not ${JSON.stringify(text)}`)
}
