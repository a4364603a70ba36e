import { InputError } from '../errors/mailrig-error.ts'

const FACTORS: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** How a size is written, for errors. */
export const SIZES = '51200, "50K", "10M" or "1G"'

/**
 * Octets of a size as people write it, the same in topologies and session files: a number, or one with `K`, `M` or `G`
 * behind it (`KiB`, `MiB` and `GiB` are the same), which are powers of 1024. Undefined for what is none.
 */
export function octetsOf(written: string | number): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,10})(?:([KMG])(?:iB)?)?$/.exec(String(written)) ?? []
  if (digits === undefined) return undefined
  const octets = Number(digits) * (FACTORS[unit] ?? Number.NaN)
  return octets >= 1 && Number.isSafeInteger(octets) ? octets : undefined
}

/** The same, or an error that names the setting. @throws {InputError} SIZE_INVALID */
export function sizeOf(written: string | number, setting: string): number {
  const octets = octetsOf(written)
  if (octets !== undefined) return octets
  throw new InputError(`${setting}: ${JSON.stringify(written)} is not a size such as ${SIZES}`, {
    code: 'SIZE_INVALID',
    remedy: 'Write octets, or K, M or G behind the number.',
  })
}
