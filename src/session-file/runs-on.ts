import type { Feature } from '../servers/feature.ts'
import type { MtaAdapter } from '../servers/mta-adapter.ts'
import type { Release } from '../servers/release.ts'
import { judges } from './check-assertions.ts'
import type { SessionFile } from './statement.ts'

/** Why a file cannot run there, in words; undefined where it can. */
export function lackingFor(
  { front, statements }: Pick<SessionFile, 'front' | 'statements'>,
  mta: MtaAdapter,
  release: Release,
): string | undefined {
  const { features = [], mtas, releases, reason } = front.needs ?? {}
  if ((mtas && !mtas.includes(mta.name)) || (releases && !releases.includes(release))) {
    return `${mta.name} from ${release}: ${reason ?? 'the file is not meant for it'}`
  }
  if (!judges(statements, { mta: mta.name, release })) {
    return `${mta.name} from ${release}: the file has no line that can fail there`
  }
  return features
    .map((feature) => mta.supports(feature as Feature, release))
    .find((answer): answer is string => typeof answer === 'string')
}
