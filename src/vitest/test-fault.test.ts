import { describe, expect, it } from 'vitest'
import type { TestCase } from './test-case.ts'
import { testFault } from './test-fault.ts'

describe('killAt', () => {
  it.each([
    [undefined, 'killAt: to is the address that the message is for, not undefined'],
    [{ to: 7 }, 'killAt: to is the address that the message is for, not 7'],
    [{ two: 'jim@example.com' }, 'killAt: there is no option "two"; did you mean "to"?'],
  ])('says what is missing in %j before it does anything', async (options, message) => {
    const killed = testFault({} as TestCase).killAt('dot', options as never)
    await expect(killed).rejects.toMatchObject({ code: 'FAULT_OPTIONS', message: expect.stringContaining(message) })
  })
})
