import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { ContainerExitError } from '../../engine/container-exit-error.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { maskError } from './mask-error.ts'
import { createMask } from './secrets.ts'

it('hides a secret in the message, the stack, the last lines and the cause of an error', () => {
  const cause = new ContainerExitError('mail', { exitCode: 4, at: 0 }, ['the password is hush-hush'])
  const error = new InputError(`mail did not start: ${cause.message}`, { code: 'TARGET_DOES_NOT_START', cause })
  maskError(error, createMask(['hush-hush']))
  expect(inspect(error)).not.toContain('hush-hush')
  expect(error.message).toContain('the password is ••••••')
  expect(cause.lastLines).toEqual(['the password is ••••••'])
})
