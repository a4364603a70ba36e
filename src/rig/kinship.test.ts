import { describe, expect, it } from 'vitest'
import { Kinship } from './kinship.ts'

describe('Kinship', () => {
  it('follows children of children, and a circle only once', () => {
    const kinship = new Kinship()
    kinship.relate('A', 'B')
    kinship.relate('B', 'C')
    kinship.relate('C', 'A')
    expect(kinship.family(['A'])).toEqual(['A', 'B', 'C'])
  })

  it('counts what may have come of several for each of them, and for none of them for sure', () => {
    const kinship = new Kinship()
    kinship.suppose(['A', 'B'], 'C')
    expect(kinship.family(['A'])).toEqual(['A', 'C'])
    expect(kinship.family(['B'])).toEqual(['B', 'C'])
    expect(kinship.certainFamily(['A'])).toEqual(['A'])
  })

  it('is sure of what can have come of one alone', () => {
    const kinship = new Kinship()
    kinship.suppose(['A'], 'B')
    expect(kinship.certainFamily(['A'])).toEqual(['A', 'B'])
  })

  it('drops what was supposed when the log tells', () => {
    const kinship = new Kinship()
    kinship.suppose(['A', 'B'], 'C')
    kinship.relate('B', 'C')
    kinship.suppose(['A'], 'C')
    expect(kinship.family(['A'])).toEqual(['A'])
    expect(kinship.certainFamily(['B'])).toEqual(['B', 'C'])
  })

  it('takes no message for its own ancestor', () => {
    const kinship = new Kinship()
    kinship.relate('A', 'B')
    kinship.suppose(['A', 'B'], 'A')
    expect(kinship.family(['B'])).toEqual(['B'])
  })
})
