import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/mailrig-error.ts'
import { installedVitest, requireNode, requireVitest } from './requirements.ts'

function refusal(check: () => void): InputError {
  try {
    check()
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('requireVitest', () => {
  it.each(['5.1.1', '5.1.2', '5.2.0', '5.10.0', '5.2.0-beta.1'])('takes %s', (version) => {
    expect(() => requireVitest(version, '5.1.1')).not.toThrow()
  })

  it.each([
    ['4.1.12', 'mailrig needs vitest 5; this run is 4.1.12'],
    ['6.0.0', 'mailrig needs vitest 5; this run is 6.0.0'],
    ['5.0.3', 'mailrig needs vitest 5.1.1 or newer; this run is 5.0.3'],
    ['5.1.0', 'mailrig needs vitest 5.1.1 or newer; this run is 5.1.0'],
  ])('refuses %s', (version, message) => {
    const error = refusal(() => requireVitest(version, '5.1.1'))
    expect(error).toMatchObject({ code: 'VITEST_VERSION', exitCode: 2, message })
    expect(error.remedy).toContain('vitest@5')
    // Vitest prints the stack of what a configuration throws.
    expect(error.stack).toBe(`InputError: ${message}\nto do ${error.remedy}`)
  })

  it('takes the vitest that is installed here', () => {
    expect(() => requireVitest(installedVitest())).not.toThrow()
  })
})

describe('requireNode', () => {
  it.each(['v22.22.0', 'v22.23.1', 'v24.0.0', 'v26.1.0'])('takes %s', (version) => {
    expect(() => requireNode(version, '22.22')).not.toThrow()
  })

  it.each(['v20.20.2', 'v22.21.9'])('refuses %s', (version) => {
    const message = `mailrig needs Node 22.22 or newer; this is ${version}`
    expect(refusal(() => requireNode(version, '22.22'))).toMatchObject({ code: 'NODE_VERSION', exitCode: 2, message })
  })

  it('takes the Node of this run', () => {
    expect(() => requireNode(process.version)).not.toThrow()
  })
})
