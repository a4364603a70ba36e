import type { ServerFile } from '../../../engine/server-file.ts'
import { InputError } from '../../../errors/mailrig-error.ts'

/** One container as its owner runs it: what a compose file says of a service, or an image alone. */
export interface Service {
  /** For messages: the service's name, or the image's. */
  name: string
  image: string
  /** Fully qualified, where it is told. */
  hostname?: string
  environment: Readonly<Record<string, string>>
  command?: readonly string[]
  entrypoint?: readonly string[]
  user?: string
  /** Copies of what is mounted from the host. Nothing of it is ever changed. */
  files: readonly ServerFile[]
  /** Paths with an empty volume of their own. */
  volumes: readonly string[]
  /** Ports of it that are published, by their number in the container. */
  ports: readonly number[]
}

/** A mail service, and what runs beside it. */
export interface ServiceGroup {
  /** What the user called it: an image, or a compose file with the service's name. */
  label: string
  mail: Service
  /** Databases, caches, filters: reached by their names. */
  others: readonly Service[]
  /** What is done otherwise than the file says, with the reason. */
  left: readonly { path: string; reason: string }[]
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
    mail: { name: image, image, environment: {}, files: [], volumes: [], ports: [] },
    others: [],
    left: [],
  }
}

export function isImageName(name: string): boolean {
  return /^\w[\w./:@-]*$/.test(name)
}

const SECRET_NAME = /pass|secret|token|key|credential|hash/i

/** Values of variables whose names say that they are secret, and passwords in URIs. */
export function secretsOf({ mail, others }: ServiceGroup): string[] {
  return [mail, ...others].flatMap(({ environment }) =>
    Object.entries(environment).flatMap(([name, value]) => {
      const inUri = /^\w+:\/\/[^\s:@/]*:([^\s@/]+)@/.exec(value)?.[1]
      if (inUri !== undefined) return [inUri]
      return SECRET_NAME.test(name) && value !== '' ? [value] : []
    }),
  )
}
