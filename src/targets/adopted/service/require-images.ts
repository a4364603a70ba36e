import type { Engine } from '../../../engine/engine.ts'
import { isGone } from '../../../engine/networks.ts'
import { InputError } from '../../../errors/mailrig-error.ts'
import type { ServiceGroup } from './service.ts'

/**
 * Sees that the images of a service, and of what runs beside it, are in the engine: nothing is fetched.
 *
 * @throws {InputError} IMAGE_ABSENT naming the first that is not; {EngineError}
 */
export async function requireImages({ docker }: Pick<Engine, 'docker'>, group: ServiceGroup): Promise<void> {
  for (const { image } of [group.mail, ...group.others]) {
    try {
      await docker.getImage(image).inspect()
    } catch (cause) {
      if (!isGone(cause)) throw cause
      throw imageAbsent(image, cause)
    }
  }
}

function imageAbsent(image: string, cause: unknown): InputError {
  return new InputError(`there is no image ${image} in the engine`, {
    code: 'IMAGE_ABSENT',
    remedy: `Fetch it: \`docker pull ${image}\`, or build it. Its name needs the tag, e.g. mail:1.2.`,
    cause,
  })
}
