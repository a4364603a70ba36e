import { expect, it } from 'vitest'
import { UndoStack } from '../../../rig/undo-stack.ts'
import { takeNames } from './names-in-use.ts'
import { imageAlone, type ServiceGroup } from './service.ts'

const group = (name: string, ...others: string[]): ServiceGroup => ({
  ...imageAlone('mail:1'),
  label: `compose.yaml ${name}`,
  others: others.map((other) => ({ ...imageAlone('other:1').mail, name: other, aliases: [`${other}-alias`] })),
})

it('has a name in one rig of a world at a time', async () => {
  const [world, elsewhere] = [{} as never, {} as never]
  const first = new UndoStack()
  takeNames(world, group('a', 'db'), first)
  takeNames(elsewhere, group('a', 'db'), new UndoStack())
  // Nobody asks for an image that runs alone.
  takeNames(world, imageAlone('mail:1'), new UndoStack())
  expect(() => takeNames(world, group('b', 'cache', 'db'), new UndoStack())).toThrow(
    /^compose\.yaml b: a rig is up in which mail:1 is the name of a container, too/,
  )
  await first.run()
  takeNames(world, group('b', 'cache', 'db'), new UndoStack())
})
