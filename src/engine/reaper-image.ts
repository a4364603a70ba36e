import { isPresent } from './base-image.ts'
import type { Engine } from './engine.ts'
import { readEngineStream } from './engine-stream.ts'

/** The reaper of testcontainers 12.2 (`getReaperImage()` there); named here because importing it takes 400 ms. */
export const REAPER_IMAGE = 'testcontainers/ryuk:0.14.0'

function reaperImage(): string {
  return process.env.RYUK_CONTAINER_IMAGE || REAPER_IMAGE
}

/**
 * Fetches testcontainers' reaper where the registry has it. Nothing depends on it: mailrig has its own watchdog, and
 * {@link configureReaper} does without.
 */
export async function ensureReaperImage(engine: Engine): Promise<void> {
  if ((await isPresent(engine, reaperImage())) || !(await engine.registryAnswers())) return
  try {
    const stream = await engine.docker.pull(reaperImage())
    await readEngineStream(stream, { silenceMs: 60_000, waitingFor: `the download of ${reaperImage()}` })
  } catch {
    // The same as no registry: configureReaper looks for the image and turns the reaper off.
  }
}

/**
 * Turns testcontainers' reaper off where its image is not present, so that no test run tries to download it. To be
 * called before testcontainers starts anything.
 */
export async function configureReaper(engine: Engine): Promise<void> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED !== undefined) return
  if (!(await isPresent(engine, reaperImage()))) process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'
}
