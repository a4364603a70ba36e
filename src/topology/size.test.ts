import { expect, it } from 'vitest'
import { octetsOf, sizeOf } from './size.ts'

it.each([
  [51_200, 51_200],
  ['51200', 51_200],
  ['50K', 51_200],
  ['50KiB', 51_200],
  ['10M', 10_485_760],
  ['10MiB', 10_485_760],
  ['1G', 1_073_741_824],
])('%j is %d octets', (written, octets) => {
  expect(octetsOf(written)).toBe(octets)
})

it.each([0, -1, 1.5, Number.NaN, '', 'K', '10 M', '10MB', '10m', '1e3', '0M', '99999999999'])(
  '%j is none',
  (written) => {
    expect(octetsOf(written)).toBeUndefined()
  },
)

it('says which setting is none', () => {
  expect(sizeOf('1K', 'size')).toBe(1024)
  expect(() => sizeOf('1KB', 'size')).toThrow('size: "1KB" is not a size such as 51200, "50K", "10M" or "1G"')
})
