import { randomBytes } from 'node:crypto'
import { type Owner, ownerOf } from './owner.ts'

/** The labels mailrig puts on everything it makes in the engine. */
export const LABEL = {
  /** The run that made it. */
  run: 'org.mailrig.run',
  /** The process that made it: see {@link Owner}. */
  owner: 'org.mailrig.owner',
  /** The process that uses it, where the run has several: vitest's workers. */
  worker: 'org.mailrig.worker',
  /** The name of a rig that outlives its process. */
  keep: 'org.mailrig.keep',
  /** On images: `1`. */
  image: 'org.mailrig.image',
  /** On images: directories to keep in memory, separated by blanks, without the first slash. */
  memory: 'org.mailrig.memory',
  server: 'org.mailrig.server',
  release: 'org.mailrig.release',
} as const

/** One process' use of the engine; what it makes is found, and removed, by its id. */
export interface Run {
  id: string
  owner: Owner
  /** The name of a rig to be kept when this process ends. */
  keep?: string
}

/** A new run of this process, with an id of eight hexadecimal digits. */
export function newRun(options: { keep?: string } = {}): Run {
  return { id: randomBytes(4).toString('hex'), owner: ownerOf(), ...options }
}

export function labelsOf(run: Run): Record<string, string> {
  return {
    [LABEL.run]: run.id,
    [LABEL.owner]: run.owner,
    [LABEL.worker]: ownerOf(),
    ...(run.keep === undefined ? {} : { [LABEL.keep]: run.keep }),
  }
}
