import type { Feature } from '../servers/feature.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import type { Release } from '../servers/release.ts'
import type { Needs } from './statement.ts'

/** Why a file cannot run there, in words; undefined where it can. */
export function lackingFor(needs: Needs | undefined, mta: MtaAdapter, release: Release): string | undefined {
  if (!needs) return undefined
  const { features = [], mtas, releases, reason } = needs
  if ((mtas && !mtas.includes(mta.name)) || (releases && !releases.includes(release))) {
    return `${mta.name} from ${release}: ${reason ?? 'the file is not meant for it'}`
  }
  return features
    .map((feature) => mta.supports(feature as Feature, release))
    .find((answer): answer is string => typeof answer === 'string')
}
