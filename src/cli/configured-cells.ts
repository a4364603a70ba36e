import { InputError } from '../errors/mailrig-error.ts'
import type { MatrixCell } from '../report/provided-context.ts'
import { scenarioVitest } from './scenario-vitest.ts'

/** The targets of the user's own that the vitest configuration of a folder has, one for each project. */
export async function configuredCells(root: string): Promise<MatrixCell[]> {
  const vitest = await scenarioVitest({ root, names: ['*'], streams: { stdout: process.stderr } }).catch(
    (error: unknown) => {
      if (error instanceof InputError && error.code === 'NOT_CONFIGURED') return undefined
      throw error
    },
  )
  const cells = vitest?.projects.flatMap(({ config }) => config.provide.mailrig ?? []) ?? []
  await vitest?.close()
  return cells.filter(({ adopted }) => adopted !== undefined)
}
