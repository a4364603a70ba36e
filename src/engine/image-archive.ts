import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type Dockerode from 'dockerode'
import { EngineError, InputError } from '../errors/mailrig-error.ts'
import type { Engine } from './engine.ts'
import { readEngineStream } from './engine-stream.ts'
import type { Progress } from './progress.ts'

const SILENCE_MS = 300_000

/** A call of dockerode that its types do not have. */
interface WithGetImages {
  getImages(options: { names: readonly string[] }): Promise<NodeJS.ReadableStream>
}

/**
 * Writes images into one archive, what they have in common once, as `docker save` does. A file is there when it is whole.
 *
 * @throws {InputError} IMAGE_ARCHIVE where the file cannot be written
 */
export async function saveImages(
  engine: Engine,
  tags: readonly string[],
  path: string,
  progress: Progress,
): Promise<void> {
  const step = progress.step(`${tags.length} images into ${path}`)
  const beside = `${path}.${process.pid}`
  try {
    const file = await opened(path, beside)
    try {
      const archive = await (engine.docker as Dockerode & WithGetImages).getImages({ names: tags })
      await pipeline(archive, file.createWriteStream())
    } finally {
      await file.close()
    }
    await rename(beside, path)
    step.done()
  } catch (error) {
    step.fail()
    await rm(beside, { force: true }).catch(() => undefined)
    throw error
  }
}

async function opened(path: string, beside: string) {
  try {
    await mkdir(dirname(path), { recursive: true })
    if (await isFolder(path)) throw new Error('it is a folder')
    return await open(beside, 'w')
  } catch (cause) {
    throw new InputError(`${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'IMAGE_ARCHIVE',
      remedy: 'Give a file in a folder that you may write to.',
      cause,
    })
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}

/**
 * Gives the engine the images of an archive. Those it has already cost little.
 *
 * @throws {InputError} IMAGE_ARCHIVE where the file cannot be read, or is no archive of images
 */
export async function loadImages(engine: Engine, path: string, progress: Progress): Promise<void> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(`cannot read ${path}`, cause)
  })
  await file.close()
  const step = progress.step(`images from ${path}`)
  try {
    const stream = await engine.docker.loadImage(createReadStream(path))
    await readEngineStream(stream, { silenceMs: SILENCE_MS, waitingFor: `the images of ${path}`, onText: step.update })
    step.done()
  } catch (cause) {
    step.fail()
    if (cause instanceof EngineError && cause.code === 'ENGINE_SILENT') throw cause
    throw unreadable(`${path} was not loaded: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function unreadable(message: string, cause: unknown): InputError {
  return new InputError(message, {
    code: 'IMAGE_ARCHIVE',
    remedy: 'Give a file that `mailrig build --save` has written, or `docker save`.',
    cause,
  })
}
