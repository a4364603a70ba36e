import { MTA_NAMES } from '../servers/registry.ts'
import { RELEASES } from '../servers/release.ts'

/** Names of the projects of the whole matrix, in the order of every table. */
export const matrixProjects: readonly string[] = MTA_NAMES.flatMap((mta) =>
  RELEASES.map((release) => `${mta}-${release}`),
)
