import { EngineError, InputError } from '../errors/mailrig-error.ts'
import { isPresent } from './base-image.ts'
import type { Engine } from './engine.ts'
import { readEngineStream } from './engine-stream.ts'
import type { Progress, ProgressStep } from './progress.ts'

const SILENCE_MS = 300_000

/** Host, with a dot, a port or the name localhost, so that it is no name of a user at Docker Hub; then a path. */
const REGISTRY =
  /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:))(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/

/** A place in a registry: `registry.example:5000/mail`. @throws {InputError} IMAGE_REGISTRY, also for half of the credentials */
export function checkRegistry(place: string): string {
  if (REGISTRY.test(place)) {
    credentials(place)
    return place
  }
  throw new InputError(`${JSON.stringify(place)} is no place in a registry`, {
    code: 'IMAGE_REGISTRY',
    remedy: 'Give its host and a path, in lower case: registry.example:5000/mail.',
  })
}

/** Where an image is in the registry: `mailrig/postfix:trixie-1234` → `registry.example/mail/postfix:trixie-1234`. */
export function remoteName(place: string, tag: string): { repository: string; tag: string } {
  const [name = '', version = ''] = tag.split(':')
  return { repository: `${place}/${name.slice(name.indexOf('/') + 1)}`, tag: version }
}

/**
 * Gives a registry these images. Layers that it has already cost little.
 *
 * @throws {EngineError} IMAGE_REGISTRY with what the engine or the registry says
 */
export async function pushImages(
  engine: Engine,
  tags: readonly string[],
  place: string,
  progress: Progress,
): Promise<void> {
  for (const tag of tags) {
    const remote = remoteName(place, tag)
    const name = `${remote.repository}:${remote.tag}`
    await withStep(progress.step(`push ${name}`), async (step) => {
      await engine.docker.getImage(tag).tag({ repo: remote.repository, tag: remote.tag })
      try {
        const stream = await engine.docker.getImage(name).push({ ...credentials(place) })
        await read(stream, name, step)
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
  tags: readonly string[],
  place: string,
  progress: Progress,
): Promise<void> {
  for (const tag of tags) {
    if (await isPresent(engine, tag)) continue
    const remote = remoteName(place, tag)
    const name = `${remote.repository}:${remote.tag}`
    await withStep(progress.step(`pull ${name}`), async (step) => {
      try {
        const stream = await engine.docker.pull(name, credentials(place))
        await read(stream, name, step)
      } catch (cause) {
        if (isUnknown(cause)) return 'not there, so it is built'
        throw refused(name, cause)
      }
      const [repo = '', version = ''] = tag.split(':')
      await engine.docker.getImage(name).tag({ repo, tag: version })
      await untag(engine, name)
      return undefined
    })
  }
}

/** @param work gives what else is to be said of the step */
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
