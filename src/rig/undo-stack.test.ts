import { expect, it } from 'vitest'
import { UndoStack } from './undo-stack.ts'

function stack(...steps: [what: string, fails?: boolean][]) {
  const undone: string[] = []
  const undo = new UndoStack()
  for (const [what, fails] of steps) {
    undo.push(what, async () => {
      await new Promise(setImmediate)
      undone.push(what)
      if (fails) throw new Error(`${what} is stuck`)
    })
  }
  return { undo, undone }
}

it('undoes the last first, each when the one before is done, and once', async () => {
  const { undo, undone } = stack(['network'], ['container'], ['session'])
  await undo.run()
  await undo.run()
  expect(undone).toEqual(['session', 'container', 'network'])
})

it('goes on after a step that fails, and gives what that threw', async () => {
  const { undo, undone } = stack(['network'], ['container', true], ['session'])
  await expect(undo.run()).rejects.toThrow(/^container is stuck$/)
  expect(undone).toEqual(['session', 'container', 'network'])
})

it('names every step that failed', async () => {
  const { undo } = stack(['network', true], ['container', true])
  await expect(undo.run()).rejects.toThrow(
    '2 things were not undone:\n  container: container is stuck\n  network: network is stuck',
  )
})
