import { InputError } from '../errors/mailrig-error.ts'

/** What a policy service does with a request: waits `delay`, answers. */
export interface PolicyAction {
  /** Milliseconds. */
  delay?: number
  /** As in access(5): `DUNNO`, `REJECT not here`, `DEFER_IF_PERMIT 4.2.0 later`, `PREPEND X-Seen: yes`, `450 4.7.1 later`. */
  action?: string
  /** Nothing is answered: the server waits until its time is over. */
  silent?: boolean
  /** Ends the connection of the server instead. */
  drop?: boolean
}

/** @throws {InputError} ACTION_INVALID */
export function checkPolicyAction(given: PolicyAction): PolicyAction {
  const wrong = (message: string) =>
    new InputError(`${message}, for a policy service`, {
      code: 'ACTION_INVALID',
      remedy: "Write an action of access(5), such as { action: 'DEFER_IF_PERMIT 4.2.0 later' }, or { silent: true }.",
    })
  const { delay, action, silent, drop } = given
  if (delay !== undefined && !(delay >= 0 && Number.isFinite(delay))) {
    throw wrong(`a delay is milliseconds from 0, not ${delay}`)
  }
  const ways = [action, silent || undefined, drop || undefined].filter((way) => way !== undefined)
  if (ways.length > 1) throw wrong('there is one of action, silent and drop')
  if (ways.length === 0 && delay === undefined) throw wrong('an action needs action, delay, silent or drop')
  if (action !== undefined && !/^[\x20-\x7e]+$/.test(action)) {
    throw wrong(`${JSON.stringify(action)} is not an action in one line`)
  }
  return given
}
