import { canInstallPackages, findProgram } from './host-system.ts'

/** Debian's packages that make a base image where no registry answers, by the programs of which one has to be there. */
const TOOLS = [
  { programs: ['mmdebstrap'], package: 'mmdebstrap', onlyWithoutRoot: false },
  // A user without root needs one of the two; mmdebstrap(1), MODES: unshare and fakechroot.
  { programs: ['newuidmap', 'fakechroot'], package: 'uidmap', onlyWithoutRoot: true },
]

/**
 * The packages that this user has to have installed before mailrig can make a base image of Debian's archive. Empty where
 * they are there, or where mailrig installs them by itself.
 */
export function missingBaseTools(
  isRoot = process.getuid?.() === 0,
  has = (program: string) => findProgram(program) !== undefined,
): string[] {
  if (isRoot && canInstallPackages()) return []
  return TOOLS.filter(({ programs, onlyWithoutRoot }) => !(isRoot && onlyWithoutRoot) && !programs.some(has)).map(
    (tool) => tool.package,
  )
}
