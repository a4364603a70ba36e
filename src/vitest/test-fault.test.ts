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

describe('the end of a test', () => {
  /** A rig of a machine that does what it is told, and whose MTA has nothing in its queue. */
  function testCase(undone: string[], failing = ''): TestCase {
    const undo = (what: string) => () => {
      undone.push(what)
      return what === failing ? Promise.reject(new Error(`${what} failed`)) : Promise.resolve()
    }
    const host = {
      limitMemory: (mebibytes?: number) => (mebibytes === undefined ? undo('limit')() : Promise.resolve()),
      slowDown: () => Promise.resolve(undo('slow line')),
    }
    const mta = { queue: async () => [], heldIds: () => [], rested: async () => {}, flush: async () => {} }
    return { rig: { mta, machine: () => ({ name: 'postfix', host }) } } as unknown as TestCase
  }

  it('puts back the rest where one of it cannot be put back', async () => {
    const undone: string[] = []
    const fault = testFault(testCase(undone, 'limit'))
    await fault.slowLine({ bytesPerSecond: 1000 })
    await fault.limit({ mebibytes: 64 })
    await expect(fault.end()).rejects.toThrow('limit failed')
    expect(undone).toEqual(['limit', 'slow line'])
  })

  it('puts back what comes after it, because nobody waited for it', async () => {
    const undone: string[] = []
    const fault = testFault(testCase(undone))
    const late = fault.slowLine({ bytesPerSecond: 1000 })
    await fault.end()
    await late
    expect(undone).toEqual(['slow line'])
  })
})
