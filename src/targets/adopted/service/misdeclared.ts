import { InputError } from '../../../errors/mailrig-error.ts'

/** What a wrong place of a compose file is told with. */
export function misdeclared(at: string, what: string, remedy: string): InputError {
  return new InputError(`${at}: ${what}`, { code: 'COMPOSE_FILE', remedy })
}
