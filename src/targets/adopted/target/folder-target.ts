import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { silentProgress } from '../../../engine/progress.ts'
import { InputError } from '../../../errors/mailrig-error.ts'
import { releaseNamed } from '../../../servers/registry.ts'
import { adopt } from '../adopted.ts'
import { bootAdopted } from '../boot.ts'
import { ensureAdoptedImage } from '../image.ts'
import { readSource } from '../read-source.ts'
import { type Declared, readDeclared } from '../settings-file.ts'
import type { AdoptedTarget } from './adopted-target.ts'
import { fittingRig } from './fitting-rig.ts'
import { withNamesOf } from './with-names-of.ts'

/** A configuration of the user's own, by where it is. */
export interface FolderSource {
  /** A folder laid out as /etc. */
  etc: string
  /** A mailrig.yaml with what the configuration does not tell. */
  settings?: string | undefined
}

/**
 * Reads a configuration that is to be a target.
 *
 * @throws {InputError} as {@link readSource}, {@link adopt} and {@link readDeclared} do
 */
export async function folderTarget({ etc, settings }: FolderSource): Promise<AdoptedTarget> {
  const declared = settings === undefined ? {} : await readDeclared(settings)
  const adopted = adopt(await readSource({ source: etc }, NOTHING), declared, {
    seed: await seedOf(declared, settings),
  })
  const packages = adopted.packages.map(({ name }) => name)
  return {
    mta: adopted.survey.mta?.name,
    releases: declared.release ?? [adopted.release.release],
    async prepare(engine, release, progress) {
      await ensureAdoptedImage(engine, { release: releaseNamed(release), packages }, progress)
    },
    async start(world, { name, release: named, topology }) {
      const release = releaseNamed(named)
      const image = await ensureAdoptedImage(world.engine, { release, packages }, silentProgress)
      const wanted = { ...adopted, declared: withNamesOf(adopted.declared, topology) }
      return fittingRig(world, () => bootAdopted(world, wanted, { image, release }), {
        name,
        topology,
        mask: adopted.mask,
      })
    },
  }
}

/** Nobody writes an archive there. */
const NOTHING: AsyncIterable<Buffer> = (async function* () {})()

async function seedOf({ seed }: Declared, settings: string | undefined): Promise<string | undefined> {
  if (seed === undefined) return undefined
  const path = resolve(dirname(settings ?? ''), seed)
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`there is no file ${path}`, {
      code: 'SOURCE_MISSING',
      remedy: 'Correct `seed` in the settings, or make the dump that it names.',
      cause,
    })
  })
}
