import { connectEngine } from '../src/engine/connect.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { patience } from '../src/metrics/patience.ts'
import type { Release } from '../src/servers/release.ts'
import { adopt } from '../src/targets/adopted/adopted.ts'
import { ensureAdoptedImage } from '../src/targets/adopted/image.ts'
import { readSource } from '../src/targets/adopted/read-source.ts'
import { ROOT } from './run-command.ts'

export const SAMPLE = `${ROOT}samples/small-office/etc`

/** For a hook: packages come over the network, and are installed. */
export const BUILD_MS = patience(600_000)

/** Builds what `mailrig check` runs the sample on. A command of a test has no time to do it. */
export async function ensureSampleImages(...releases: Release[]): Promise<void> {
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  const { packages } = adopt(await readSource({ source: SAMPLE }, process.stdin))
  for (const release of releases) {
    await ensureAdoptedImage(engine, { release, packages: packages.map(({ name }) => name) }, silentProgress)
  }
}
