import { type Check, loadChecks } from '../../check/index.ts'
import type { Progress } from '../../engine/progress.ts'
import { type OpenRun, openRun, prepareEngine } from '../../rig/open-run.ts'
import type { Release } from '../../servers/release.ts'
import type { Adopted } from '../../targets/adopted/adopted.ts'
import { type AdoptedHost, bootAdopted } from '../../targets/adopted/boot.ts'
import { ensureAdoptedImage } from '../../targets/adopted/image.ts'
import type { OverlayKind } from '../../targets/adopted/overlay.ts'
import { cleanUpOnSignal } from '../until-interrupted.ts'
import { type CheckedRelease, checkHost } from './check-host.ts'

interface CheckOnOptions {
  releases: readonly Release[]
  without: ReadonlySet<OverlayKind>
  progress: Progress
}

/** Boots a configuration on one release after the other, and runs the checklist on each that serves. */
export async function checkOnReleases(adopted: Adopted, options: CheckOnOptions): Promise<CheckedRelease[]> {
  const { releases, progress } = options
  const engine = await prepareEngine([], progress, { accounts: [] })
  const packages = adopted.packages.map(({ name }) => name)
  const images = new Map<Release, string>()
  for (const release of releases) images.set(release, await ensureAdoptedImage(engine, { release, packages }, progress))
  const checks = await loadChecks()
  const run = await openRun(engine, { recycle: 0 })
  return cleanUpOnSignal(
    async () => {
      const checked: CheckedRelease[] = []
      for (const [release, image] of images)
        checked.push(await checkOn(run, adopted, { ...options, release, image, checks }))
      return checked
    },
    () => run.close(),
  )
}

interface OneRelease extends CheckOnOptions {
  release: Release
  image: string
  checks: readonly Check[]
}

async function checkOn(
  { world }: OpenRun,
  adopted: Adopted,
  { release, image, without, progress, checks }: OneRelease,
): Promise<CheckedRelease> {
  const step = progress.step(`the configuration on Debian ${release}`)
  let host: AdoptedHost
  try {
    host = await bootAdopted(world, adopted, { image, release, without, onStep: (text) => step.update(text) })
  } catch (error) {
    step.fail()
    throw error
  }
  return checkHost(host, { checks, progress, step })
}
