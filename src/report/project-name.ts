import { platformName } from '../targets/platform.ts'
import { platformNamed } from '../targets/platform-named.ts'
import type { MatrixCell } from './provided-context.ts'

/** Between the name of a target that has the user's own configuration, and the release it runs on: `production@trixie`. */
const ON = '@'

/** The pattern of the projects of all such targets, in vitest's words. */
export const OWN_TARGETS = `*${ON}*`

/** The vitest project of a cell of the matrix: `postfix-trixie`, `production@trixie`. */
export function projectName(cell: MatrixCell): string {
  return cell.adopted ? targetProject(cell.mta, cell.release) : platformName(platformNamed(cell))
}

/** Whether a project is that one, or runs that target of the user's own on some release: `production`, `production@trixie`. */
export function isOfTarget(project: string, target: string): boolean {
  return project === target || project.startsWith(`${target}${ON}`)
}

/** @param target its name in the configuration */
export function targetProject(target: string, release: string): string {
  return `${target}${ON}${release}`
}
