import { expect, it } from 'vitest'
import { whileThere } from './while-there.ts'

/** A rig whose servers go away when they are told to. */
function goingAway() {
  const rig: { away: Promise<void> | undefined; absences: number } = { away: undefined, absences: 0 }
  const back = Promise.withResolvers<void>()
  return {
    rig,
    go() {
      rig.absences += 1
      rig.away = back.promise.then(() => {
        rig.away = undefined
      })
    },
    comeBack: () => back.resolve(),
  }
}

it('asks once more where a server went away meanwhile, and when it is back', async () => {
  const { rig, go, comeBack } = goingAway()
  const answers: (() => Promise<string>)[] = [
    async () => {
      go()
      throw new Error('the container is gone')
    },
    async () => (rig.away === undefined ? 'empty' : 'asked too early'),
  ]
  const answer = whileThere(rig, async () => (answers.shift() ?? expect.unreachable())())
  comeBack()
  expect(await answer).toBe('empty')
})

it('waits for a server that is away', async () => {
  const { rig, go, comeBack } = goingAway()
  go()
  const asked: unknown[] = []
  const answer = whileThere(rig, async () => asked.push(rig.away))
  expect(asked).toEqual([])
  comeBack()
  await answer
  expect(asked).toEqual([undefined])
})

it('passes on what fails while nothing was away', async () => {
  const { rig } = goingAway()
  await expect(whileThere(rig, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})
