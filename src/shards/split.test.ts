import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Portion, split } from './split.ts'

const cost = (parts: readonly Portion[]) => parts.reduce((sum, portion) => sum + portion.cost, 0)
const slowest = (parts: readonly Portion[][]) => Math.max(...parts.map(cost))
const total = (portions: readonly Portion[]) => cost(portions)

const groups = fc.constantFrom('exim-trixie', 'postfix-bookworm', 'postfix-trixie')
const portions = fc
  .array(fc.record({ group: groups, cost: fc.integer({ min: 1, max: 60_000 }) }), { minLength: 1, maxLength: 200 })
  .map((all) => all.map((one, index) => ({ ...one, name: `scenarios/${index}.scenario.ts` })))
const counts = fc.integer({ min: 1, max: 40 })

describe('split', () => {
  it('puts each portion into one part, and the same in whatever order they come', () => {
    fc.assert(
      fc.property(portions, counts, fc.integer(), (all, count, seed) => {
        const parts = split(all, count)
        expect(parts).toHaveLength(count)
        expect(new Set(parts.flat())).toEqual(new Set(all))
        expect(parts.flat()).toHaveLength(all.length)
        if (all.length >= count) expect(parts.every((part) => part.length > 0)).toBe(true)
        const mixed = all.toSorted((a, b) => Math.sin(a.cost * seed) - Math.sin(b.cost * seed))
        expect(split(mixed, count)).toEqual(parts)
      }),
    )
  })

  it('makes no part dearer than a third above the mean and the longest', () => {
    fc.assert(
      fc.property(portions, counts, (all, count) => {
        const longest = Math.max(...all.map((one) => one.cost))
        // Graham: the part that is dearest had least when it got its last portion.
        expect(slowest(split(all, count))).toBeLessThanOrEqual(total(all) / count + longest)
      }),
    )
  })

  it.each([2, 4, 8, 16])(
    'stays within 1.15 of the mean for a matrix in %i parts, where the longest file does',
    (count) => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 50, max: 20_000 }), { minLength: 80, maxLength: 80 }), (costs) => {
          const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap((group) =>
            costs.map((one, index) => ({ group, name: String(index), cost: one })),
          )
          const mean = total(all) / count
          if (Math.max(...costs) <= mean) expect(slowest(split(all, count))).toBeLessThanOrEqual(1.15 * mean)
        }),
      )
    },
  )

  it('keeps groups together where that costs little', () => {
    const all = ['a', 'b', 'c', 'd'].flatMap((group) =>
      Array.from({ length: 20 }, (_, index) => ({ group, name: String(index), cost: 10 + (index % 3) })),
    )
    const parts = split(all, 4)
    expect(parts.map((part) => [...new Set(part.map(({ group }) => group))])).toEqual([['a'], ['b'], ['c'], ['d']])
  })

  it('tears them apart where it does not', () => {
    const all = [5, 1, 5, 1, 5, 1, 5, 1].map((one, index) => ({ group: String(index), name: '', cost: one }))
    expect(slowest(split(all, 4))).toBe(6)
    const uneven = [9, 9, 2, 2, 2, 9, 9, 2, 2, 2].map((one, index) => ({ group: String(index), name: '', cost: one }))
    expect(slowest(split(uneven, 4))).toBe(13)
  })

  it('leaves parts empty only where there are too few portions', () => {
    const one = { group: 'a', name: 'a', cost: 3 }
    expect(split([one], 3).map((part) => part.length)).toEqual([1, 0, 0])
    expect(split([], 2)).toEqual([[], []])
  })
})
