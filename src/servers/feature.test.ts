import { expect, it } from 'vitest'
import { FEATURES, supportedOf } from './feature.ts'
import { MTA_NAMES, mtaNamed } from './registry.ts'
import { RELEASES } from './release.ts'

it('what a server does not list is unsupported, with a reason in words', () => {
  const supports = supportedOf('Nothing', { expn: true, vrfy: 'Nothing has no VRFY' })
  expect(supports('expn')).toBe(true)
  expect(supports('vrfy')).toBe('Nothing has no VRFY')
  expect(supports('dsn')).toMatch(/Nothing .*"dsn"/)
  expect(supports('constructor' as 'dsn')).toMatch(/Nothing .*"constructor"/)
})

it('each MTA answers for every feature, and for one that nobody has', () => {
  for (const mta of MTA_NAMES.map(mtaNamed)) {
    for (const release of RELEASES) {
      for (const feature of FEATURES) expect(mta.supports(feature, release), `${mta.name} ${feature}`).toBeTruthy()
      expect(mta.supports('telepathy' as 'dsn', release), mta.name).toContain(mta.title)
    }
  }
})
