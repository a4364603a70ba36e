import type { Rig } from '../rig/rig.ts'

/**
 * Asks servers of a rig, when all of them are there; once more where a fault of the test took one away meanwhile, since its
 * answer is lost then.
 *
 * @throws what `ask` does while nothing was away
 */
export async function whileThere<T>(rig: Pick<Rig, 'away' | 'absences'>, ask: () => Promise<T>): Promise<T> {
  await rig.away
  const { absences } = rig
  try {
    return await ask()
  } catch (error) {
    if (rig.absences === absences) throw error
    return whileThere(rig, ask)
  }
}
