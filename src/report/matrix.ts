import { InputError } from '../errors/mailrig-error.ts'
import { DEFAULT_STORE, MTA_NAMES, STORE_NAMES } from '../servers/registry.ts'
import { DEFAULT_RELEASES, RELEASES } from '../servers/release.ts'

/** A set of projects whose run makes documents of its own. */
export interface Matrix {
  /** What stands between the name of a document and its ending, e.g. `-wide` in behaviour-wide.md. */
  suffix: string
  /** Names of its projects, in the order of every table. */
  projects: readonly string[]
}

function projectsOn(releases: readonly string[]): string[] {
  return MTA_NAMES.flatMap((mta) => releases.map((release) => `${mta}-${release}`))
}

/** A store is seen from each MTA, on the usual releases. */
function projectsWithOtherStores(): string[] {
  const others = STORE_NAMES.filter((store) => store !== DEFAULT_STORE.name)
  return projectsOn(DEFAULT_RELEASES).flatMap((project) => others.map((store) => `${project}-${store}`))
}

/** What `npm test` runs. */
export const matrixProjects: readonly string[] = projectsOn(DEFAULT_RELEASES)

/** Every project there can be, in the order of every table. */
export const knownProjects: readonly string[] = [...projectsOn(RELEASES), ...projectsWithOtherStores()]

/** `wide` is every release and every store (`npm run test:wide`). */
const MATRICES: Readonly<Record<string, Matrix>> = {
  default: { suffix: '', projects: matrixProjects },
  wide: { suffix: '-wide', projects: knownProjects },
}

/** @throws {InputError} naming the matrices there are. */
export function matrixNamed(name: string): Matrix {
  const matrix = Object.hasOwn(MATRICES, name) ? MATRICES[name] : undefined
  if (matrix) return matrix
  throw new InputError(`there is no matrix ${JSON.stringify(name)}`, {
    code: 'UNKNOWN_MATRIX',
    remedy: `Choose one of ${Object.keys(MATRICES).join(', ')}.`,
  })
}
