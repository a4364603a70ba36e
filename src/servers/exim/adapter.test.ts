import { describe, expect, it } from 'vitest'
import { exim } from './adapter.ts'

describe('queueIdOf', () => {
  it.each([
    [{ code: 250, text: 'OK id=1xV5NG-00000K-34' }, '1xV5NG-00000K-34'],
    [{ code: 250, text: 'OK id=1xV5NJ-0000000000L-16KQ' }, '1xV5NJ-0000000000L-16KQ'],
    [{ code: 250, text: 'Accepted' }, undefined],
    [{ code: 550, text: 'no such id=1xV5NG-00000K-34' }, undefined],
  ])('%o → %s', (reply, queueId) => {
    expect(exim.queueIdOf(reply)).toBe(queueId)
  })
})

describe('version', () => {
  it.each([
    ['Exim version 4.96 #2 built 27-May-2026 16:52:26\nCopyright (c) University of Cambridge', '4.96'],
    ['Exim version 4.98.2 #2 built 25-Sep-2026 09:25:38\n', '4.98.2'],
  ])('%s', (stdout, version) => {
    expect(exim.version.parse(stdout)).toBe(version)
  })
})

describe('supports', () => {
  it.each(['expn', 'vrfy'] as const)('%s, which a topology may turn on', (feature) => {
    expect(exim.supports(feature, 'bookworm')).toBe(true)
  })

  it('hello-first, which 4.94 has not', () => {
    expect(exim.supports('hello-first', 'bookworm')).toBe(true)
    expect(exim.supports('hello-first', 'bullseye')).toMatch(/^Exim 4\.94 /)
  })
})
