import { InputError, type MailrigError } from '../../../errors/mailrig-error.ts'
import { createMask } from '../secrets.ts'
import { bootService } from '../service/boot-service.ts'
import { isOfTheService } from '../service/failed-service.ts'
import { readCompose } from '../service/read-compose.ts'
import { requireImages } from '../service/require-images.ts'
import { secretsOf } from '../service/secrets-of.ts'
import { imageAlone } from '../service/service.ts'
import { readDeclared } from '../settings-file.ts'
import type { AdoptedTarget } from './adopted-target.ts'
import { fittingRig } from './fitting-rig.ts'
import { withNamesOf } from './with-names-of.ts'

/** A mail server in a container, run as it is. */
export type ServiceSource = ImageSource | ComposeSource

export interface ImageSource {
  /** The name of an image that is in the engine. */
  image: string
  /** A mailrig.yaml with what the image does not tell. */
  settings?: string | undefined
}

export interface ComposeSource {
  /** A compose file. */
  compose: string
  /** Its service that serves mail. May be left out where it has one alone. */
  service?: string | undefined
  settings?: string | undefined
}

/**
 * Reads an image or a service of a compose file that is to be a target.
 *
 * @throws {InputError} as {@link imageAlone}, {@link readCompose} and {@link readDeclared} do
 */
export async function serviceTarget(source: ServiceSource): Promise<AdoptedTarget> {
  const declared = source.settings === undefined ? {} : await readDeclared(source.settings)
  const group = 'image' in source ? imageAlone(source.image) : await readCompose(source.compose, source.service)
  const passwords = (declared.accounts ?? []).flatMap(({ password }) => password ?? [])
  const mask = createMask([...secretsOf(group), ...passwords])
  return {
    mta: undefined,
    releases: ['image' in source ? 'image' : 'compose'],
    prepare: (engine) => requireImages(engine, group),
    start: (world, { name, topology }) => {
      const boot = () => bootService(world, group, { declared: withNamesOf(declared, topology) })
      return fittingRig(world, () => boot().catch(doesNotStart(name)), { name, topology, mask })
    },
  }
}

function doesNotStart(name: string): (error: unknown) => never {
  return (error) => {
    if (!isOfTheService(error)) throw error
    throw notStarted(name, error)
  }
}

function notStarted(name: string, cause: MailrigError): InputError {
  return new InputError(`${name} did not start: ${cause.message}`, {
    code: 'TARGET_DOES_NOT_START',
    remedy: 'Run `mailrig check --image` or `mailrig check --compose` on it: it shows what is left out, too.',
    cause,
  })
}
