import type { Feature, StoreFeature } from '../servers/feature.ts'
import { lackOf, type Platform } from '../targets/platform.ts'
import { judges } from './check-assertions.ts'
import type { SessionFile } from './statement.ts'

/** Why a file cannot run there, in words; undefined where it can. */
export function lackingFor(
  { front, statements }: Pick<SessionFile, 'front' | 'statements'>,
  platform: Platform,
): string | undefined {
  const { mta, release } = platform
  const { features = [], mtas, releases, reason } = front.needs ?? {}
  if ((mtas && !mtas.includes(mta.name)) || (releases && !releases.includes(release))) {
    return `${mta.name} from ${release}: ${reason ?? 'the file is not meant for it'}`
  }
  if (!judges(statements, { mta: mta.name, release })) {
    return `${mta.name} from ${release}: the file has no line that can fail there`
  }
  return lackOf(platform, features as (Feature | StoreFeature)[])
}
