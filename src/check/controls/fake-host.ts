import type { SecureContext } from 'node:tls'
import type { AccountFact } from '../../targets/facts.ts'
import type { Flaws } from './flaws.ts'

export const HOST = 'mx.example.com'
export const SIZE_LIMIT = 200_000
export const QUOTA = 50 * 1024

export interface FakeAccount extends AccountFact {
  password: string
  quota?: number
}

export interface Stored {
  uid: number
  text: string
}

export const ACCOUNTS: readonly FakeAccount[] = [
  { address: 'jim@example.com', user: 'jim@example.com', password: 'jims own' },
  { address: 'petra@example.com', user: 'petra@example.com', password: 'petras own' },
  { address: 'full@example.com', user: 'full@example.com', password: 'fulls own', quota: QUOTA },
  { address: 'jim@example.net', user: 'jim@example.net', password: 'another' },
]
export const DOMAINS = ['example.com', 'example.net', HOST]

/** What the services of the fake mail host need of it. */
export interface FakeHost {
  readonly flaws: Flaws
  /** Address → messages. */
  readonly mailboxes: Map<string, Stored[]>
  /** Who is to be told of new mail. */
  readonly idling: Set<() => void>
  /** Address → name → script. */
  readonly scripts: Map<string, Map<string, string>>
  readonly activeScript: Map<string, string>
  readonly context: SecureContext
  /** How many clients of SMTP are there. */
  serving: number
  /** Where a local address leads; undefined for none. */
  targetsOf(address: string): readonly string[] | undefined
  /** Takes responsibility; the id for the reply. */
  accept(from: string, to: readonly string[], text: string): string
  store(address: string, text: string): void
}
