import type { SourceTree } from '../source-tree.ts'
import type { Filter } from './filter.ts'
import { opendkim } from './opendkim.ts'
import { opendmarc } from './opendmarc.ts'
import { postsrsd } from './postsrsd.ts'

/** The filters of Debian that run for real, in the order in which they start. */
const FILTERS: readonly Filter[] = [opendkim, opendmarc, postsrsd]

/** Those whose configuration was given. */
export function filtersOf(tree: SourceTree): Filter[] {
  return FILTERS.filter(({ configuration }) => tree.files.has(configuration))
}
