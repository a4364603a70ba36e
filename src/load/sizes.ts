import { octetsOf, SIZES } from '../topology/size.ts'
import { loadOptionsError } from './load-options-error.ts'

/** A size, and how many of all messages have it: shares need not add up to anything. */
interface Share {
  octets: number
  share: number
}

/** Header and one line. */
const SMALLEST = 400
/** What is kept in memory once for each size. */
const LARGEST = 64 * 2 ** 20

/** @throws {InputError} LOAD_OPTIONS */
export function checkSizes(size: unknown, name = 'size'): void {
  sharesOf(size, name)
}

/**
 * The size of the n-th message, in octets. The same for the same n in each run, in any order of sizes that their shares
 * allow.
 *
 * @throws {InputError} LOAD_OPTIONS
 */
export function sizesOf(size: number | string): (number: number) => number {
  const shares = sharesOf(size, 'size')
  const total = shares.reduce((sum, { share }) => sum + share, 0)
  return (number) => {
    // A sequence without pattern, spread evenly over 0 to 1: multiples of the golden ratio.
    let at = ((number * 0.618_033_988_749_895) % 1) * total
    for (const { octets, share } of shares) {
      at -= share
      if (at < 0) return octets
    }
    return shares.at(-1)?.octets ?? SMALLEST
  }
}

function sharesOf(size: unknown, name: string): Share[] {
  const wrong = (given: unknown, why: string) =>
    loadOptionsError(
      `${name}: ${JSON.stringify(given)} ${why}`,
      'Write one size such as 4k, or several with their shares: 1k:70,10k:25,1m:5.',
    )
  if (typeof size !== 'string' && typeof size !== 'number') throw wrong(size, `is not a size such as ${SIZES}`)
  const parts = String(size).split(',')
  const without = parts.find((part) => !part.includes(':'))
  if (without !== undefined && parts.some((part) => part.includes(':'))) {
    throw wrong(without.trim(), 'has no share, and others have one')
  }
  return parts.map((part) => {
    const [written = '', share = '1', ...more] = part.trim().split(':')
    const octets = octetsOf(written.toUpperCase().replace(/IB$/, 'iB'))
    if (octets === undefined) throw wrong(written, `is not a size such as ${SIZES}`)
    if (more.length > 0 || !/^\d+(?:\.\d+)?$/.test(share) || Number(share) <= 0) {
      throw wrong(part.trim(), 'is not a size and its share, such as 10k:25')
    }
    if (octets < SMALLEST || octets > LARGEST) throw wrong(written, `is not from ${SMALLEST} octets to 64M`)
    return { octets, share: Number(share) }
  })
}
