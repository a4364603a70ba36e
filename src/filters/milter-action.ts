import { InputError } from '../errors/mailrig-error.ts'

/**
 * Where a milter can be told what to do: when the server tells it of the client, of each command, of the mail data, and of
 * the end of the message, where alone it may change something.
 */
export const MILTER_STAGES = ['connect', 'helo', 'mail', 'rcpt', 'data', 'header', 'eoh', 'body', 'eom'] as const
export type MilterStage = (typeof MILTER_STAGES)[number]

/** What a milter may answer without words of its own (SMFIS_* of libmilter). */
export const MILTER_ANSWERS = ['continue', 'accept', 'reject', 'tempfail', 'discard'] as const
export type MilterAnswer = (typeof MILTER_ANSWERS)[number]

/** What a milter changes at the end of a message, in the order of these keys. */
export interface MilterChanges {
  /** Another envelope sender, without angle brackets; `''` for the null one. */
  sender?: string
  /** Addresses without angle brackets. */
  addRecipients?: string[]
  deleteRecipients?: string[]
  /** Every field of these names. */
  deleteHeaders?: string[]
  /** The first field of each name gets another value. */
  changeHeaders?: Record<string, string>
  /** Fields behind all others; a list is a field for each. */
  addHeaders?: Record<string, string | string[]>
  /** Fields before all others. */
  insertHeaders?: Record<string, string | string[]>
  /** Another body. Lines end as they will. */
  body?: string
  /** Puts the message aside, for this reason. */
  quarantine?: string
}

/**
 * What a milter does at a stage: waits `delay`, makes its changes, answers. Without `answer` and `reply` the session goes
 * on.
 */
export interface MilterAction extends MilterChanges {
  /** Milliseconds. */
  delay?: number
  /** `accept`: nothing more of this connection (`connect`, `helo`) or of this message is asked. Default `continue`. */
  answer?: MilterAnswer
  /** A refusal in its own words, code first: `550 5.7.1 not here`. Several lines are an array. */
  reply?: string | string[]
  /** Nothing is answered: the server waits until its time is over. */
  silent?: boolean
  /** Ends the connection of the server instead; `reset` by a TCP reset. */
  drop?: boolean | 'reset'
}

export const CHANGES = [
  'sender',
  'addRecipients',
  'deleteRecipients',
  'deleteHeaders',
  'changeHeaders',
  'addHeaders',
  'insertHeaders',
  'body',
  'quarantine',
] as const satisfies readonly (keyof MilterChanges)[]

export interface CheckedMilterAction {
  delay: number
  /** A refusal in words, or what else is answered; undefined: nothing, and the connection stays. */
  answer: MilterAnswer | { reply: string } | undefined
  drop: false | 'close' | 'reset'
  changes: MilterChanges
}

/**
 * Checks an action for its stage.
 *
 * @throws {InputError} ACTION_INVALID naming what is wrong with it.
 */
export function checkMilterAction(stage: MilterStage, action: MilterAction): CheckedMilterAction {
  const wrong = (message: string) =>
    new InputError(`${message}, at stage "${stage}" of a milter`, {
      code: 'ACTION_INVALID',
      remedy:
        "Write an action such as { answer: 'reject' }, { reply: '550 5.7.1 not here' }, or at eom { addHeaders: { 'X-Seen': 'yes' } }.",
    })
  if (!MILTER_STAGES.includes(stage)) throw wrong(`there is no stage "${stage}"; there is ${MILTER_STAGES.join(', ')}`)
  const { delay = 0, answer, reply, silent = false, drop = false, ...rest } = action
  if (!(delay >= 0 && Number.isFinite(delay))) throw wrong(`a delay is milliseconds from 0, not ${delay}`)
  const unknown = Object.keys(rest).find((key) => !(CHANGES as readonly string[]).includes(key))
  if (unknown !== undefined) throw wrong(`there is no ${JSON.stringify(unknown)}`)
  const changes = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as MilterChanges
  const changed = Object.keys(changes)
  const ways = [answer, reply, silent || undefined, drop || undefined].filter((way) => way !== undefined)
  if (ways.length > 1) throw wrong('an action has one of answer, reply, silent and drop')
  if (ways.length + changed.length === 0 && action.delay === undefined) {
    throw wrong('an action needs an answer, a reply, a change, a delay, silent or drop')
  }
  if (answer !== undefined && !MILTER_ANSWERS.includes(answer)) {
    throw wrong(`there is no answer "${answer}"; there is ${MILTER_ANSWERS.join(', ')}`)
  }
  if (answer === 'discard' && (stage === 'connect' || stage === 'helo')) {
    throw wrong('there is no message yet to discard')
  }
  if (changed.length > 0) {
    if (stage !== 'eom') throw wrong(`${changed.join(', ')}: a milter changes messages at eom alone`)
    if (
      reply !== undefined ||
      silent ||
      drop ||
      (answer !== undefined && answer !== 'accept' && answer !== 'continue')
    ) {
      throw wrong(`${changed.join(', ')}: a message that is not let through is not changed`)
    }
    checkChanges(changes, wrong)
  }
  return {
    delay,
    answer:
      silent || drop ? undefined : reply === undefined ? (answer ?? 'continue') : { reply: readReply(reply, wrong) },
    drop: drop === true ? 'close' : drop,
    changes,
  }
}

function checkChanges(changes: MilterChanges, wrong: (message: string) => InputError): void {
  const names = [
    ...(changes.deleteHeaders ?? []),
    ...[changes.changeHeaders, changes.addHeaders, changes.insertHeaders].flatMap((fields) =>
      Object.keys(fields ?? {}),
    ),
  ]
  const noName = names.find((name) => !/^[!-9;-~]+$/.test(name))
  if (noName !== undefined) throw wrong(`${JSON.stringify(noName)} is not the name of a header field`)
  const paths = [changes.sender ?? '', ...(changes.addRecipients ?? []), ...(changes.deleteRecipients ?? [])]
  const noPath = paths.find((path) => /[<>\s]/.test(path))
  if (noPath !== undefined) throw wrong(`${JSON.stringify(noPath)} is not an address without angle brackets`)
}

/** SMFIR_REPLYCODE: a refusal, each line with its code. */
function readReply(reply: string | string[], wrong: (message: string) => InputError): string {
  const lines = [reply].flat()
  const parts = lines.map((line) => {
    const [, code, text] = /^([45]\d\d)(?:[ -]([\x20-\x7e]*))?$/.exec(line) ?? []
    if (code === undefined) throw wrong(`${JSON.stringify(line)} is not a refusal such as "550 5.7.1 not here"`)
    return { code, text: text ?? '' }
  })
  const [first] = parts
  if (!first || parts.some(({ code }) => code !== first.code)) {
    throw wrong(`${JSON.stringify(lines)} has more than one code, or none`)
  }
  return parts.map(({ code, text }, index) => `${code}${index < parts.length - 1 ? '-' : ' '}${text}`).join('\r\n')
}
