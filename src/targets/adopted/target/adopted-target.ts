import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Engine } from '../../../engine/engine.ts'
import { type Progress, silentProgress } from '../../../engine/progress.ts'
import { InputError, MailrigError, UnsupportedError } from '../../../errors/mailrig-error.ts'
import type { Rig } from '../../../rig/rig.ts'
import type { World } from '../../../rig/world.ts'
import type { Release } from '../../../servers/release.ts'
import type { TopologyInput } from '../../../topology/schema.ts'
import { type Adopted, adopt } from '../adopted.ts'
import { bootAdopted } from '../boot.ts'
import { ensureAdoptedImage } from '../image.ts'
import { readSource } from '../read-source.ts'
import { type Declared, readDeclared } from '../settings-file.ts'
import { misfit } from './misfit.ts'
import { rigOf } from './rig-of.ts'

/** A configuration of the user's own, by where it is. Goes from process to process. */
export interface AdoptedSource {
  /** A folder laid out as /etc. */
  etc: string
  /** A mailrig.yaml with what the configuration does not tell. */
  settings?: string | undefined
}

/** A target whose configuration is the user's own, as far as it is known before it runs. */
export interface AdoptedTarget {
  adopted: Adopted
  /** Makes the image with its packages, where there is none yet. @throws {EngineError} */
  prepare(engine: Engine, release: Release, progress: Progress): Promise<void>
  /**
   * Boots it.
   *
   * @throws {UnsupportedError} where it is not the world that the topology declares; {InputError} TARGET_DOES_NOT_START,
   * TARGET_WITHOUT_MTA; {EngineError}. Nothing is left then.
   */
  start(world: World, options: AdoptedStart): Promise<Rig>
}

export interface AdoptedStart {
  /** For reports, e.g. `production@trixie`. */
  name: string
  release: Release
  /** What tests rely on. Its names elsewhere are added to the usual ones. */
  topology: TopologyInput
}

/**
 * Reads a configuration that is to be a target.
 *
 * @throws {InputError} as {@link readSource}, {@link adopt} and {@link readDeclared} do
 */
export async function adoptedTarget({ etc, settings }: AdoptedSource): Promise<AdoptedTarget> {
  const declared = settings === undefined ? {} : await readDeclared(settings)
  const adopted = adopt(await readSource({ source: etc }, NOTHING), declared, {
    seed: await seedOf(declared, settings),
  })
  const packages = adopted.packages.map(({ name }) => name)
  return {
    adopted,
    async prepare(engine, release, progress) {
      await ensureAdoptedImage(engine, { release, packages }, progress)
    },
    async start(world, { name, release, topology }) {
      const image = await ensureAdoptedImage(world.engine, { release, packages }, silentProgress)
      const elsewhere = [...(adopted.declared.elsewhere ?? []), ...namesOf(topology.internet)]
      const wanted = { ...adopted, declared: { ...adopted.declared, elsewhere } }
      try {
        const host = await bootAdopted(world, wanted, { image, release })
        try {
          const rig = await rigOf(world, host, name)
          refuseMisfit(topology, rig)
          return rig
        } catch (error) {
          await host.stop()
          throw error
        }
      } catch (error) {
        // What a server says may hold a secret.
        if (error instanceof MailrigError) error.message = adopted.mask(error.message)
        throw error
      }
    },
  }
}

function namesOf(internet: TopologyInput['internet']): string[] {
  return Array.isArray(internet) ? internet.map(String) : Object.keys(internet ?? {})
}

/** @throws {UnsupportedError} TARGET_CANNOT */
function refuseMisfit(topology: TopologyInput, { facts, target }: Rig): void {
  const reason = misfit(topology, facts)
  if (reason === undefined) return
  throw new UnsupportedError(`${target} is not what the topology says: ${reason}`, {
    code: 'TARGET_CANNOT',
    remedy: 'Declare what is there in mailrig.yaml, or leave this to other targets.',
  })
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
