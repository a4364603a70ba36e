import { EngineError, InputError } from '../errors/mailrig-error.ts'
import { isPresent, splitTag } from './base-image.ts'
import type { Engine } from './engine.ts'
import { readEngineStream } from './engine-stream.ts'
import type { Progress, ProgressStep } from './progress.ts'

const SILENCE_MS = 300_000

/**
 * A host, then a path. The host has a dot or a port, or is `localhost`: Docker takes another word for a user of Docker Hub.
 */
const REGISTRY =
  /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:))(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/

/** Refuses what is not the address of a registry, and half of the credentials. @throws {InputError} IMAGE_REGISTRY */
export function checkRegistry(place: string): string {
  if (REGISTRY.test(place)) {
    credentials(place)
    return place
  }
  throw new InputError(`${JSON.stringify(place)} is not the address of a registry`, {
    code: 'IMAGE_REGISTRY',
    remedy: 'Give its host and a path, in lower case: registry.example:5000/mail.',
  })
}

/** Where an image is in the registry: `mailrig/postfix:trixie-1234` → `registry.example/mail/postfix:trixie-1234`. */
export function remoteName(place: string, image: string): string {
  return `${place}/${image.slice(image.indexOf('/') + 1)}`
}

/**
 * Gives a registry these images. Layers that it has already cost little.
 *
 * @throws {EngineError} IMAGE_REGISTRY with what the engine or the registry says
 */
export async function pushImages(
  engine: Engine,
  images: readonly string[],
  place: string,
  progress: Progress,
): Promise<void> {
  for (const image of images) {
    const name = remoteName(place, image)
    await withStep(progress.step(`push ${name}`), async (step) => {
      await tagAs(engine, image, name)
      try {
        await read(await engine.docker.getImage(name).push(credentials(place)), name, step)
      } catch (cause) {
        throw refused(name, cause)
      } finally {
        await untag(engine, name)
      }
      return undefined
    })
  }
}

/**
 * Has the engine take from a registry those of these images that it has not. What the registry has not either is left out.
 *
 * @throws {EngineError} IMAGE_REGISTRY where the registry does not answer, or refuses
 */
export async function pullImages(
  engine: Engine,
  images: readonly string[],
  place: string,
  progress: Progress,
): Promise<void> {
  for (const image of images) {
    if (await isPresent(engine, image)) continue
    const name = remoteName(place, image)
    await withStep(progress.step(`pull ${name}`), async (step) => {
      try {
        await read(await engine.docker.pull(name, credentials(place)), name, step)
      } catch (cause) {
        if (isUnknown(cause)) return 'not there, so it is built'
        throw refused(name, cause)
      }
      await tagAs(engine, name, image)
      await untag(engine, name)
      return undefined
    })
  }
}

/** @param work gives what else is to be said of the step, if anything */
async function withStep(step: ProgressStep, work: (step: ProgressStep) => Promise<string | undefined>): Promise<void> {
  try {
    step.done(await work(step))
  } catch (error) {
    step.fail()
    throw error
  }
}

function read(stream: NodeJS.ReadableStream, name: string, step: ProgressStep): Promise<void> {
  return readEngineStream(stream, { silenceMs: SILENCE_MS, waitingFor: name, onText: step.update })
}

async function tagAs(engine: Engine, image: string, name: string): Promise<void> {
  const [repo, tag] = splitTag(name)
  await engine.docker.getImage(image).tag({ repo, tag })
}

/** The name alone: the image has another one. */
async function untag(engine: Engine, name: string): Promise<void> {
  await engine.docker
    .getImage(name)
    .remove()
    .catch(() => undefined)
}

/** From the environment alone: a command line is seen by everybody on the machine, and stays in its history. */
function credentials(place: string): { authconfig: { username?: string; password?: string; serveraddress?: string } } {
  const { MAILRIG_REGISTRY_USER: username, MAILRIG_REGISTRY_PASSWORD: password } = process.env
  if (!username !== !password) {
    throw new InputError(`MAILRIG_REGISTRY_${username ? 'PASSWORD' : 'USER'} is not set`, {
      code: 'IMAGE_REGISTRY',
      remedy: 'Set both, or neither where the registry does not want to know who asks.',
    })
  }
  // Docker 20.10 refuses to push without the header that this makes, whoever asks.
  if (!username || !password) return { authconfig: {} }
  return { authconfig: { username, password, serveraddress: place.split('/', 1)[0] ?? place } }
}

function isUnknown(cause: unknown): boolean {
  return cause instanceof Error && /not found|manifest unknown|name unknown/i.test(cause.message)
}

function refused(name: string, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause)
  return new EngineError(`the registry did not serve ${name}: ${reason}`, {
    code: 'IMAGE_REGISTRY',
    remedy:
      'See that the engine reaches it, and set MAILRIG_REGISTRY_USER and MAILRIG_REGISTRY_PASSWORD if it wants to know who asks.',
    cause,
  })
}
