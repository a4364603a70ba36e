import { oneOfThese } from '../../errors/did-you-mean.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { isAccounted } from '../accounts.ts'
import { atTheCaller } from '../at-the-caller.ts'
import { inWords, isMailbox, isMta, isObject, isReply, isUpstream } from './in-words.ts'

/** A matcher that was given what it does not take, or is used where it cannot be. The message has the remedy. */
export class MatcherError extends InputError {
  constructor(message: string) {
    super(message, { code: 'MATCHER_MISUSED', remedy: 'docs/scenarios.md lists the matchers and what they take.' })
    atTheCaller(this)
  }
}

/** Which matchers there are for a thing. */
function matchersFor(value: unknown): string {
  if (isReply(value)) return 'a reply has toReply'
  if (isMailbox(value)) return 'a mailbox has toReceive and toReceiveNothing'
  if (isUpstream(value)) return 'an upstream has toHaveRelayed and toHaveRelayedNothing'
  if (isAccounted(value)) return 'a rig and the account of a load have toHaveLostNothing and toHaveDuplicated'
  if (isMta(value)) return 'the server has toHaveLogged'
  if (isObject(value) && 'envelope' in value && 'replies' in value) {
    return 'its replies are replies.mail, replies.rcpt[0], replies.data, replies.end and rejected[0].reply'
  }
  return ''
}

/** @param example how the matcher is written when it is written well */
export function wrongSubject(matcher: string, takes: string, example: string, value: unknown): MatcherError {
  const other = matchersFor(value)
  return new MatcherError(
    `${matcher} takes ${takes}, as in ${example}; it was given ${inWords(value)}${other && `: ${other}`}`,
  )
}

export function wrongArgument(matcher: string, takes: string, example: string, value: unknown): MatcherError {
  return new MatcherError(`${matcher} takes ${takes}, as in ${example}; it was given ${inWords(value)}`)
}

/** Nothing but these keys, each of which may be left out. @returns what is wrong */
export function wrongKey(value: object, keys: readonly string[]): string | undefined {
  const unknown = Object.keys(value).find((key) => !keys.includes(key))
  return unknown === undefined ? undefined : `there is no ${JSON.stringify(unknown)}; ${oneOfThese(unknown, keys)}`
}
