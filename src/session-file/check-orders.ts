import { STAGES, type Stage } from '../upstream/action.ts'
import type { Place } from '../yaml/place.ts'
import { Misread } from './misread.ts'
import type { Statement, UpstreamOrder } from './statement.ts'

type Rule = Extract<UpstreamOrder['order'], { kind: 'on' }> & { place: Place }

/** Commands that a client gives only where EHLO announced them: stage → keyword. */
const ANNOUNCED: Partial<Record<Stage, string>> = { starttls: 'STARTTLS', auth: 'AUTH' }

/**
 * What an upstream is told to do at a stage has to be able to happen: of several orders the first that still serves is
 * the one, so one that stands behind an order for ever says nothing.
 *
 * @throws Misread
 */
export function checkOrders(statements: readonly Statement[]): void {
  const rules = new Map<string, Rule[]>()
  for (const statement of statements) {
    if (statement.kind !== 'upstream-order' || statement.order.kind !== 'on') continue
    const { place, upstream, order } = statement
    const known = rules.get(upstream) ?? []
    rules.set(upstream, [...known, { ...order, place }])
  }
  for (const list of rules.values()) for (const [index, rule] of list.entries()) checkRule(rule, list, index)
}

function checkRule(rule: Rule, all: readonly Rule[], index: number): void {
  const never = (why: string) => {
    throw new Misread(rule.place, `found an order that never serves: ${why}`)
  }
  if (rule.number === 0) never('"number 0"; they are counted from 1')
  if (rule.times === 0) never('"times 0"; expected 1 or more, or no "times"')
  for (const before of all.slice(0, index)) {
    if (before.times !== undefined || isConditional(before)) continue
    const where = `the one in line ${before.place.line}`
    if (before.stage === rule.stage) never(`${where} serves at ${rule.stage} for ever; expected "times" there`)
    if (STAGES.indexOf(before.stage) < STAGES.indexOf(rule.stage) && ends(before)) {
      never(`nothing comes behind ${where}, which refuses at ${before.stage} for ever; expected "times" there`)
    }
  }
  const keyword = ANNOUNCED[rule.stage]
  if (keyword !== undefined && !isAnnounced(keyword, all)) {
    never(`the reply to EHLO in this file does not announce ${keyword}; expected a line "250 ${keyword} …" in it`)
  }
}

function isConditional({ from, to, number }: Rule): boolean {
  return from !== undefined || to !== undefined || number !== undefined
}

/** Is the session, or the message, over with it? After a refusal of STARTTLS or AUTH a client may go on. */
function ends({ stage, reply, drop }: Rule): boolean {
  if (drop !== undefined) return true
  return stage !== 'starttls' && stage !== 'auth' && /^[45]/.test(reply?.[0] ?? '')
}

/** Is there an EHLO whose reply has it? The upstream's own has it for the sake of the order. */
function isAnnounced(keyword: string, all: readonly Rule[]): boolean {
  for (const { stage, reply, drop, times } of all) {
    if (stage !== 'ehlo') continue
    const said = reply?.flatMap((line) => line.split(/\r?\n/))
    if (said?.some((line) => new RegExp(`^2\\d\\d[ -]${keyword}(?: |$)`, 'i').test(line))) return true
    if (times === undefined) return reply === undefined && drop === undefined
  }
  return true
}
