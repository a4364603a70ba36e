import { InputError } from '../../errors/mailrig-error.ts'
import { parseShard, type Shard } from '../../shards/shard.ts'

/** The options of `mailrig mutate` as they were written. */
export interface MutateWords {
  mta?: string
  release?: string
  store?: string
  budget?: string
  threshold?: string
  since?: string
  match?: string[]
  json?: boolean
  html?: string
  fresh?: boolean
  lanes?: string
  settings?: string
  shard?: string
  join?: boolean
}

/** What both ways to mutate take. */
export interface MutateOptions {
  /** After how many milliseconds no mutant is begun. */
  budgetMs: number | undefined
  /** How many mutants are tried side by side; undefined: as the machine allows. */
  lanes: number | undefined
  fresh: boolean
  /** Of all mutants only this part is tried. */
  shard: Shard | undefined
  /** Whether a mutant is wanted, by its line of text. */
  wants: (text: string) => boolean
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** @throws {InputError} MUTATE_OPTIONS */
export function mutateOptionsFrom({ budget, lanes, fresh = false, match = [], shard }: MutateWords): MutateOptions {
  return {
    budgetMs: budget === undefined ? undefined : msOf(budget),
    lanes: lanes === undefined ? undefined : wholeBetween(lanes, '--lanes', 1, 64),
    fresh,
    shard: shard === undefined ? undefined : parseShard(shard),
    wants: (text) => match.length === 0 || match.some((one) => text.includes(one)),
  }
}

/** Percent. @throws {InputError} MUTATE_OPTIONS */
export function thresholdFrom({ threshold }: MutateWords): number | undefined {
  return threshold === undefined ? undefined : wholeBetween(threshold, '--threshold', 0, 100)
}

function msOf(text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)([smh])?$/.exec(text) ?? []
  if (digits === undefined) throw mutateError(`--budget is a time such as 30s, 10m or 1h, not ${JSON.stringify(text)}`)
  return Number(digits) * (UNITS[unit] ?? 1_000)
}

function wholeBetween(text: string, option: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d{1,3}$/.test(text) && number >= least && number <= most) return number
  throw mutateError(`${option} is a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`)
}

export function mutateError(message: string, remedy = 'See `mailrig mutate --help`.'): InputError {
  return new InputError(message, { code: 'MUTATE_OPTIONS', remedy })
}

/** Aborted when a budget is used up; undefined where there is none. */
export function endOf(budgetMs: number | undefined): AbortSignal | undefined {
  if (budgetMs === undefined) return undefined
  return budgetMs === 0 ? AbortSignal.abort() : AbortSignal.timeout(budgetMs)
}
