import { expect, it } from 'vitest'
import { checkSizes, sizesOf } from './sizes.ts'

it('gives sizes by their shares, the same each time', () => {
  const sizeOf = sizesOf('1k:70,10k:25,1m:5')
  const counts = new Map<number, number>()
  for (let number = 0; number < 1000; number += 1) {
    const size = sizeOf(number)
    counts.set(size, (counts.get(size) ?? 0) + 1)
    expect(sizesOf('1k:70,10k:25,1m:5')(number)).toBe(size)
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([1024, 10_240, 1_048_576])
  for (const [size, share] of [
    [1024, 700],
    [10_240, 250],
    [1_048_576, 50],
  ] as const) {
    expect(Math.abs((counts.get(size) ?? 0) - share), `${size}`).toBeLessThan(5)
  }
})

it('takes one size alone, as a number and as people write it', () => {
  expect(sizesOf(4096)(7)).toBe(4096)
  expect(sizesOf('4k')(7)).toBe(4096)
  expect(sizesOf('4KiB')(7)).toBe(4096)
})

it.each([
  ['4q', '"4q" is not a size'],
  ['', '"" is not a size'],
  ['1k:0', '"1k:0" is not a size and its share'],
  ['1k:a', '"1k:a" is not a size and its share'],
  ['1k:50,2k', '"2k" has no share'],
  ['1k:1:2', '"1k:1:2" is not a size and its share'],
  ['1k,65M', '"65M" is not from 400 octets to 64M'],
  [100, '"100" is not from 400 octets'],
  [true, 'true is not a size'],
])('refuses %j', (size, message) => {
  expect(() => checkSizes(size)).toThrow(message)
})
