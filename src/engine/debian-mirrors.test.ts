import { describe, expect, it } from 'vitest'
import { mirrorsIn, sourcesFor } from './debian-mirrors.ts'
import { type DebianRelease, debianRelease } from './debian-releases.ts'

// apt-get indextargets of Debian 12, apt 2.6.1, with a vendor's archive beside Debian's.
const LINES = [
  'Vendor|Vendor Tools|https://apt.vendor.example/',
  'Debian|Debian|http://mirror.example/debian/',
  'Debian|Debian-Security|http://mirror.example/debian-security/',
  'Debian|Debian|http://mirror.example/debian/',
]

describe('mirrorsIn', () => {
  it("takes Debian's archives alone", () => {
    expect(mirrorsIn(LINES)).toEqual({
      archive: 'http://mirror.example/debian',
      security: 'http://mirror.example/debian-security',
    })
  })

  it('finds none on another distribution', () => {
    expect(mirrorsIn(['Ubuntu|Ubuntu|http://mirror.example/ubuntu/'])).toEqual({})
  })
})

describe('sourcesFor', () => {
  it('names release, updates and security', () => {
    expect(sourcesFor(debianRelease('trixie'), mirrorsIn(LINES))).toEqual([
      'deb http://mirror.example/debian trixie main',
      'deb http://mirror.example/debian trixie-updates main',
      'deb http://mirror.example/debian-security trixie-security main',
    ])
  })

  it('leaves the choice to mmdebstrap where no archive is known', () => {
    expect(sourcesFor(debianRelease('trixie'), { security: 'http://mirror.example/debian-security' })).toEqual([])
  })

  it('takes lists out of date only where the release may be stale, and another archive where it has one', () => {
    const release: DebianRelease = {
      ...debianRelease('trixie'),
      mayBeStale: true,
      archive: 'http://old.example/debian',
    }
    expect(sourcesFor(release, mirrorsIn(LINES))).toEqual([
      'deb [check-valid-until=no] http://old.example/debian trixie main',
      'deb [check-valid-until=no] http://old.example/debian trixie-updates main',
      'deb [check-valid-until=no] http://mirror.example/debian-security trixie-security main',
    ])
  })
})
