import { describe, expect, it } from 'vitest'
import { mixed } from './sequencer.ts'

describe('mixed', () => {
  it.each([20, 80, 86])('keeps each of %i items, and sets the first ones far apart', (count) => {
    const items = Array.from({ length: count }, (_, index) => index)
    const order = mixed(items)
    expect(order.toSorted((a, b) => a - b)).toEqual(items)
    const longest = order.flatMap((item, place) => (item < 8 ? [place] : []))
    const gaps = longest.slice(1).map((place, index) => place - (longest[index] ?? 0))
    expect(Math.min(...gaps), 'between two of the first eight').toBeGreaterThanOrEqual(Math.floor(count / 13))
  })
})
