import type { Adoption, ConfigurationFiles } from '../../servers/adoption.ts'
import { mtaNamed } from '../../servers/registry.ts'
import type { SourceTree } from './source-tree.ts'
import type { Survey } from './survey.ts'

/** What the adapter of a configuration's MTA knows of such configurations; undefined where there is none. */
export function adoptionOf({ mta }: Pick<Survey, 'mta'>): Adoption | undefined {
  return mta && mtaNamed(mta.name).adoption
}

/** The files of a configuration, as an adapter reads them. */
export function textsOf({ files }: SourceTree): ConfigurationFiles {
  return new Map([...files].map(([path, { content }]) => [path, content.toString('utf8')]))
}
