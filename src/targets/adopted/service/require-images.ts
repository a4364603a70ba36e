import type { Engine } from '../../../engine/engine.ts'
import { isGone } from '../../../engine/networks.ts'
import { InputError } from '../../../errors/mailrig-error.ts'
import type { Service, ServiceGroup } from './service.ts'

/**
 * Sees that the images of a service, and of what runs beside it, are in the engine: nothing is fetched.
 *
 * @throws {InputError} IMAGE_ABSENT naming the first that is not; {EngineError}
 */
export async function requireImages({ docker }: Pick<Engine, 'docker'>, group: ServiceGroup): Promise<void> {
  for (const service of [group.mail, ...group.others]) {
    try {
      await docker.getImage(service.image).inspect()
    } catch (cause) {
      if (!isGone(cause)) throw cause
      throw imageAbsent(service, cause)
    }
  }
}

function imageAbsent({ image, built, name }: Service, cause: unknown): InputError {
  if (built !== undefined) {
    return new InputError(`${built}: the service ${name} is built, and there is no image ${image} in the engine`, {
      code: 'IMAGE_ABSENT',
      remedy: `Build it, \`docker compose build ${name}\`, and try again. mailrig builds nothing of yours.`,
      cause,
    })
  }
  return new InputError(`there is no image ${image} in the engine`, {
    code: 'IMAGE_ABSENT',
    remedy: `Fetch it: \`docker pull ${image}\`, or build it. Its name needs the tag, e.g. mail:1.2.`,
    cause,
  })
}
