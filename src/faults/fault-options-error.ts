import { InputError } from '../errors/mailrig-error.ts'

export function faultOptionsError(message: string): InputError {
  return new InputError(message, {
    code: 'FAULT_OPTIONS',
    remedy: 'docs/how-to/power-cut.md lists the options of faults and of disks.',
  })
}
