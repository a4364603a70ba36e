import type { Healthcheck } from '../../../engine/healthcheck.ts'
import type { RunSettings } from '../../../engine/run-settings.ts'
import type { ServerFile } from '../../../engine/server-file.ts'
import { InputError } from '../../../errors/mailrig-error.ts'

/** One container as its owner runs it: what a compose file says of a service, or an image alone. */
export interface Service {
  /** For messages: the service's name, or the image's. */
  name: string
  image: string
  /** Where a compose file says that the image is built: `compose.yaml:12`. */
  built?: string
  /** Fully qualified, where it is told. */
  hostname?: string
  environment: Readonly<Record<string, string>>
  command?: readonly string[]
  entrypoint?: readonly string[]
  user?: string
  /** Copies of what is mounted from the host. Nothing of it is ever changed. */
  files: readonly ServerFile[]
  volumes: readonly ServiceVolume[]
  /** Path → options of mount(8). */
  tmpfs: Readonly<Record<string, string>>
  /** Ports of it that are published, by their number in the container. */
  ports: readonly number[]
  /** Further names by which the others find it. */
  aliases: readonly string[]
  settings: RunSettings
  /** In place of its image's. */
  healthcheck?: Healthcheck
  /** What others wait for before they start. Default: that it has started. */
  awaited?: 'healthy' | 'completed'
}

export interface ServiceVolume {
  /** Where it is mounted. */
  path: string
  /** Services that mount the same name have the same volume. Absent: its own. */
  name?: string
  /** Whether it begins with what the image has at that path. */
  filled: boolean
}

/** What is done otherwise than the file says. */
export interface LeftOut {
  /** `mail.privileged` */
  path: string
  reason: string
  /** `compose.yaml:12` */
  at: string
}

/** A mail service, and what runs beside it. */
export interface ServiceGroup {
  /** What the user called it: an image, or a compose file with the service's name. */
  label: string
  mail: Service
  /** Databases, caches, filters: reached by their names. In the order in which they start. */
  others: readonly Service[]
  left: readonly LeftOut[]
  /** What is masked, beside the values of variables with secret names. */
  secrets: readonly string[]
}

/** An image that is run as it is. @throws {InputError} IMAGE_NAME */
export function imageAlone(image: string): ServiceGroup {
  if (!isImageName(image)) {
    throw new InputError(`${JSON.stringify(image)} is not an image name`, {
      code: 'IMAGE_NAME',
      remedy: 'Write it as in registry.example.com/mail:1.2.',
    })
  }
  return {
    label: image,
    mail: {
      name: image,
      image,
      environment: {},
      files: [],
      volumes: [],
      tmpfs: {},
      ports: [],
      aliases: [],
      settings: {},
    },
    others: [],
    left: [],
    secrets: [],
  }
}

export function isImageName(name: string): boolean {
  return /^\w[\w./:@-]*$/.test(name)
}
