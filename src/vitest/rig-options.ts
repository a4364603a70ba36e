import { oneOfThese } from '../errors/did-you-mean.ts'
import { InputError } from '../errors/mailrig-error.ts'
import { disksWanted } from '../faults/disk-options.ts'
import { FEATURES, STORE_FEATURES } from '../servers/feature.ts'

const NEEDS: readonly string[] = [...FEATURES, ...STORE_FEATURES]
const KEYS = ['needs', 'covers', 'lacking', 'disk', 'clock']

/**
 * What stands behind the topology in `rig(topology, options)`: a misspelt need would let a scenario run where it cannot.
 *
 * @throws {InputError} RIG_OPTIONS naming what is wrong and what is allowed
 */
export function checkRigOptions(options: unknown): void {
  const wrong = (message: string) =>
    new InputError(`rig(topology, options): ${message}`, {
      code: 'RIG_OPTIONS',
      remedy: "Write options such as { needs: ['dsn'], covers: ['P8'] }.",
    })
  if (typeof options !== 'object' || options === null)
    throw wrong(`the options are ${JSON.stringify(options)}, no object`)
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) throw wrong(`there is no option ${JSON.stringify(key)}; ${oneOfThese(key, KEYS)}`)
  }
  const { needs, covers, lacking, disk, clock } = options as Record<string, unknown>
  for (const [key, value] of Object.entries({ needs, covers })) {
    if (value === undefined) continue
    const bad = Array.isArray(value) ? value.find((one) => typeof one !== 'string') : value
    if (bad !== undefined || !Array.isArray(value)) {
      throw wrong(
        `${key} is a list of names such as ['${key === 'needs' ? 'dsn' : 'P8'}'], not ${JSON.stringify(value)}`,
      )
    }
  }
  for (const need of (needs as string[] | undefined) ?? []) {
    if (!NEEDS.includes(need)) {
      throw wrong(`needs: there is no feature ${JSON.stringify(need)}; ${oneOfThese(need, NEEDS)}`)
    }
  }
  if (disk !== undefined) disksWanted(disk)
  if (clock !== undefined && clock !== true) throw wrong(`clock is true, not ${JSON.stringify(clock)}`)
  if (lacking !== undefined && (typeof lacking !== 'string' || lacking === '')) {
    throw wrong(`lacking is the reason in words, not ${JSON.stringify(lacking)}`)
  }
}
