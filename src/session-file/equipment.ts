import type { Statement } from './statement.ts'

/** What the servers of a file have to be started with, for the faults that it has. */
export interface Equipment {
  /** Whose queue or mail has to be on a disk of its own. */
  disk?: { of: 'mta' | 'store' | 'both' }
  /** Clocks that can be put ahead. */
  clock?: true
}

/** A file asks for it by its faults alone: nothing has to be declared. */
export function equipmentOf(statements: readonly Statement[]): Equipment {
  const faults = statements.flatMap((statement) => (statement.kind === 'fault' ? [statement.fault] : []))
  const machines = new Set(
    faults.flatMap((fault) => (fault.kind === 'power-cut' || fault.kind === 'fill-disk' ? [fault.of] : [])),
  )
  const [first] = machines
  return {
    ...(first === undefined ? {} : { disk: { of: machines.size > 1 ? 'both' : first } }),
    ...(faults.some(({ kind }) => kind === 'time') ? { clock: true } : {}),
  }
}
