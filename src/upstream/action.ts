import { InputError } from '../errors/mailrig-error.ts'

/**
 * Where in a session an upstream can be told what to do: `message` is the end of mail data, when the message is there
 * and its reply is due; `ehlo` is HELO as well.
 */
export const STAGES = ['connect', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'message'] as const
export type Stage = (typeof STAGES)[number]

/**
 * What the upstream does at a stage, in this order: waits `delay`, sends `reply`, drops the connection. Without `reply`
 * and `drop` the session goes on as if nothing had been said.
 */
export interface Action {
  /** Milliseconds. */
  delay?: number
  /**
   * The reply, code first: `450 4.2.1 try later`. Several lines are an array or stand apart by line ends; each begins
   * with the code, and `-` or a space behind it is put right. A 4xx or 5xx refuses; a 2xx (`354` at `data`) accepts in
   * these words and the session goes on.
   */
  reply?: string | string[]
  /**
   * `true` closes the connection (after the reply, if there is one); `reset` breaks it with a TCP reset, which can cost
   * the client a reply it has not read yet.
   */
  drop?: boolean | 'reset'
}

/** A reply in parts, ready to be sent. */
export interface ReplyText {
  code: number
  /** What follows the code, line by line. At least one. */
  lines: string[]
}

export interface CheckedAction {
  delay: number
  reply?: ReplyText
  drop: false | 'close' | 'reset'
}

/**
 * Checks an action for its stage.
 *
 * @throws {InputError} ACTION_INVALID naming what is wrong with it.
 */
export function checkAction(stage: Stage, action: Action): CheckedAction {
  const wrong = (message: string) =>
    new InputError(`${message}, at stage "${stage}"`, {
      code: 'ACTION_INVALID',
      remedy: "Write an action such as { reply: '450 4.2.1 try later' }, { delay: 200 } or { drop: true }.",
    })
  if (!STAGES.includes(stage)) throw wrong(`there is no stage "${stage}"; there is ${STAGES.join(', ')}`)

  const { delay = 0, drop = false } = action
  if (!(delay >= 0 && Number.isFinite(delay))) throw wrong(`a delay is milliseconds from 0, not ${delay}`)
  const reply = action.reply === undefined ? undefined : readReply(action.reply, wrong)
  if (reply && reply.code < 400 && !accepts(stage, reply.code)) {
    throw wrong(`${reply.code} is neither a refusal nor an acceptance`)
  }
  if (!reply && !drop && action.delay === undefined) throw wrong('an action needs a reply, a delay or a drop')
  return { delay, drop: drop === true ? 'close' : drop, ...(reply && { reply }) }
}

/** RFC 5321 §4.3.2; a positive reply to STARTTLS and AUTH says that something happened which words cannot bring about. */
function accepts(stage: Stage, code: number): boolean {
  if (stage === 'data') return code === 354
  return stage !== 'starttls' && stage !== 'auth' && code < 300
}

function readReply(reply: string | string[], wrong: (message: string) => InputError): ReplyText {
  const lines = (Array.isArray(reply) ? reply : [reply]).flatMap((line) => line.split(/\r?\n/))
  const parts = lines.map((line) => {
    const match = /^([2-5]\d\d)(?:[ -]([\t\x20-\x7e\u00a0-\uffff]*))?$/.exec(line)
    if (!match) throw wrong(`${JSON.stringify(line)} is not a reply line such as "450 4.2.1 try later"`)
    return { code: Number(match[1]), text: match[2] ?? '' }
  })
  const code = parts[0]?.code
  if (code === undefined || parts.some((part) => part.code !== code)) {
    throw wrong(`${JSON.stringify(lines)} has more than one code, or none`)
  }
  return { code, lines: parts.map((part) => part.text) }
}
