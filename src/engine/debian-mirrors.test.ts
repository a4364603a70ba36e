import { describe, expect, it } from 'vitest'
import { mirrorsIn, sourcesFor } from './debian-mirrors.ts'

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
    expect(sourcesFor('trixie', mirrorsIn(LINES))).toEqual([
      'deb http://mirror.example/debian trixie main',
      'deb http://mirror.example/debian trixie-updates main',
      'deb http://mirror.example/debian-security trixie-security main',
    ])
  })

  it('leaves the choice to mmdebstrap where no archive is known', () => {
    expect(sourcesFor('trixie', { security: 'http://mirror.example/debian-security' })).toEqual([])
  })
})
