import { removeVolume } from '../../../engine/sweep.ts'
import type { UndoStack } from '../../../rig/undo-stack.ts'
import type { World } from '../../../rig/world.ts'
import type { RigAddresses } from '../../../servers/addresses.ts'
import type { Service } from './service.ts'

/** The volumes of the services of one rig. Each is made when it is first mounted, and removed at the end. */
export class GroupVolumes {
  readonly #world: World
  readonly #prefix: string
  readonly #undo: UndoStack
  readonly #made = new Set<string>()

  constructor(world: World, { mta }: RigAddresses, undo: UndoStack) {
    this.#world = world
    // No two rigs of a process have the same address.
    this.#prefix = `mailrig-${world.run.id}-${mta.lan.replaceAll('.', '-')}`
    this.#undo = undo
  }

  /** Of a service: path → volume, and the paths of those that begin empty. */
  of({ name: service, volumes }: Service): { volumes: Record<string, string>; emptyVolumes: Set<string> } {
    const entries = volumes.map(({ path, name }, index): [string, string] => [
      path,
      this.#volume(name === undefined ? `of-${service}-${index}` : `named-${name}`),
    ])
    return {
      volumes: Object.fromEntries(entries),
      emptyVolumes: new Set(volumes.flatMap(({ path, filled }) => (filled ? [] : [path]))),
    }
  }

  #volume(name: string): string {
    const whole = `${this.#prefix}-${name}`.replace(/[^\w.-]/g, '-')
    if (!this.#made.has(whole)) {
      this.#made.add(whole)
      this.#undo.push(`the volume ${whole}`, () => removeVolume(this.#world.engine.docker, whole))
    }
    return whole
  }
}
