import { MailrigError } from '../errors/mailrig-error.ts'

interface Step {
  /** What is undone, e.g. `the container of postfix`: for the error. */
  what: string
  undo(): Promise<void> | void
}

/** What was started, to be undone in the reverse order. */
export class UndoStack {
  readonly #steps: Step[] = []

  push(what: string, undo: Step['undo']): void {
    this.#steps.push({ what, undo })
  }

  /**
   * Undoes each step, the last first, one after the other; the steps after one that fails are done all the same. Called
   * again, there is nothing left to undo.
   *
   * @throws what the one step threw that failed; {MailrigError} NOT_UNDONE naming each, where several did
   */
  async run(): Promise<void> {
    const failures: UndoFailure[] = []
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.undo()
      } catch (error) {
        failures.push({ what: step.what, error })
      }
    }
    throwTogether(failures, 'things were not undone')
  }
}

/**
 * Does work that starts things one after the other. Where it fails, what was started is undone.
 *
 * @throws what the work threw; that something is left comes after it, in the same message
 */
export async function orUndone<T>(work: (undo: UndoStack) => Promise<T>): Promise<T> {
  const undo = new UndoStack()
  try {
    return await work(undo)
  } catch (error) {
    await undo.run().catch((further: unknown) => {
      if (error instanceof Error && further instanceof Error) error.message += `\n${further.message}`
    })
    throw error
  }
}

export interface UndoFailure {
  what: string
  error: unknown
}

/** @throws what the one step threw that failed; {MailrigError} NOT_UNDONE naming each, where several did */
export function throwTogether(failures: readonly UndoFailure[], did: string): void {
  const [first] = failures
  if (first === undefined) return
  if (failures.length === 1) throw first.error
  const lines = failures.map(({ what, error }) => `  ${what}: ${error instanceof Error ? error.message : error}`)
  throw new MailrigError(`${failures.length} ${did}:\n${lines.join('\n')}`, {
    code: 'NOT_UNDONE',
    remedy: '`mailrig clean` removes containers and networks that were left.',
    cause: new AggregateError(failures.map(({ error }) => error)),
  })
}
