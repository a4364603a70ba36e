import { InputError } from '../../../errors/mailrig-error.ts'
import type { UndoStack } from '../../../rig/undo-stack.ts'
import type { World } from '../../../rig/world.ts'
import type { ServiceGroup } from './service.ts'

/** The names by which containers of a world find each other now: it has one lan for all its rigs. */
const inUse = new WeakMap<object, Set<string>>()

/** The names of a group's containers. An image alone has nobody who asks for it. */
function namesOf({ mail, others }: ServiceGroup): string[] {
  return others.length === 0 ? [] : [mail, ...others].flatMap(({ name, aliases }) => [name, ...aliases])
}

/**
 * Takes the names of a group for as long as its rig is up: in two rigs at a time, `db` would lead to either.
 *
 * @throws {InputError} COMPOSE_TWICE
 */
export function takeNames(world: Pick<World, 'pair'>, group: ServiceGroup, undo: UndoStack): void {
  const taken = inUse.get(world) ?? new Set()
  inUse.set(world, taken)
  const names = [...new Set(namesOf(group))]
  const twice = names.find((name) => taken.has(name))
  if (twice !== undefined) {
    throw new InputError(`${group.label}: a rig is up in which ${twice} is the name of a container, too`, {
      code: 'COMPOSE_TWICE',
      remedy: 'Have one rig end before the other begins: give each a `describe` of its own, or leave out --keep.',
    })
  }
  for (const name of names) taken.add(name)
  undo.push('the names of the containers', () => {
    for (const name of names) taken.delete(name)
  })
}
