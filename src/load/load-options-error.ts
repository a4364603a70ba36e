import { InputError } from '../errors/mailrig-error.ts'

export function loadOptionsError(message: string, remedy?: string): InputError {
  return new InputError(message, {
    code: 'LOAD_OPTIONS',
    remedy: remedy ?? 'docs/how-to/load.md shows a load, `mailrig load --help` lists the options.',
  })
}
