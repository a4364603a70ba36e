import { UnsupportedError } from '../errors/mailrig-error.ts'

/**
 * Gives what a server or its host has, of those parts that only some have.
 *
 * @param doing what needs it, as the end of the sentence "mailrig cannot …", e.g. `list the queue of mail`
 * @param because why it is missing
 * @throws {UnsupportedError} TARGET_CANNOT where it is missing: in a matrix, the test is *unsupported*
 */
export function has<T>(part: T | undefined, doing: string, because: string): T {
  if (part !== undefined) return part
  throw new UnsupportedError(`mailrig cannot ${doing}: ${because}`, {
    code: 'TARGET_CANNOT',
    remedy: 'Leave out what needs it, or describe the server further in the target.',
  })
}

/** Why something cannot be seen or done in a host whose first process is not mailrig's. */
export const RUNS_AS_ITS_IMAGE = 'its host runs as its image says, without the process of mailrig that this needs'

/** Why a server cannot be asked. */
export function notDescribed(name: string): string {
  return `nobody told how ${name} does that`
}
