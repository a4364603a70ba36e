import { fileURLToPath } from 'node:url'
import { connectEngine } from '../../src/engine/connect.ts'
import { silentProgress } from '../../src/engine/progress.ts'
import { type OpenRun, openRun } from '../../src/rig/open-run.ts'
import type { Release } from '../../src/servers/release.ts'
import { type Adopted, adopt } from '../../src/targets/adopted/adopted.ts'
import { type AdoptedHost, bootAdopted } from '../../src/targets/adopted/boot.ts'
import { ensureAdoptedImage } from '../../src/targets/adopted/image.ts'
import type { OverlayKind } from '../../src/targets/adopted/overlay.ts'
import { readSource } from '../../src/targets/adopted/read-source.ts'
import type { Declared } from '../../src/targets/adopted/settings-file.ts'

/** A configuration beside this file, as `mailrig check` reads it. */
export async function sample(name: string, declared?: Declared): Promise<Adopted> {
  return adopt(await readSource({ source: sampleFolder(name) }, process.stdin), declared)
}

export function sampleFolder(name: string): string {
  return fileURLToPath(new URL(`${name}/etc`, import.meta.url))
}

export interface BootedSample {
  host: AdoptedHost
  close(): Promise<void>
}

/** A sample in a rig of its own. */
export async function bootSample(
  adopted: Adopted,
  release: Release,
  without: readonly OverlayKind[] = [],
): Promise<BootedSample> {
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  const packages = adopted.packages.map(({ name }) => name)
  const image = await ensureAdoptedImage(engine, { release, packages }, silentProgress)
  const run: OpenRun = await openRun(engine, { recycle: 0 })
  try {
    const host = await bootAdopted(run.world, adopted, { image, release, without: new Set(without) })
    return {
      host,
      async close() {
        await host.stop()
        await run.close()
      },
    }
  } catch (error) {
    await run.close()
    throw error
  }
}
