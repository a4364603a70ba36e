import { expect, it } from 'vitest'
import { thrownAtTheCaller } from './at-the-caller.ts'
import { Unawaited } from './unawaited.ts'

function elsewhere(): Error {
  const error = new Error('refused')
  error.stack = 'Error: refused\n    at refusal (/elsewhere/session/send.js:154:16)'
  return error
}

it('gives what goes wrong later the place where the test began it', async () => {
  const unawaited = new Unawaited({ name: 'a test' })
  const error: Error = await unawaited.during('smtp.send', Promise.reject(elsewhere())).then(
    () => expect.unreachable('it was refused'),
    (reason: Error) => reason,
  )
  expect(error.stack).toMatch(/^Error: refused\n {4}at .*unawaited\.test\.ts/)
  await unawaited.end()
})

it('gives what goes wrong at once the place of the call', () => {
  const call = () =>
    thrownAtTheCaller(() => {
      throw elsewhere()
    })
  expect(call).toThrow(expect.objectContaining({ stack: expect.stringMatching(/unawaited\.test\.ts/) }))
})
