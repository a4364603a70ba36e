import type { RunnerTestCase } from 'vitest'
import { mapTexts } from '../report/mask.ts'
import '../report/scenario-meta.ts'

/** Hides secrets in all that a test leaves: what it recorded, and the errors that reporters print. */
export function hideSecrets(task: Readonly<RunnerTestCase>, mask: (text: string) => string): void {
  if (task.meta.mailrig) Object.assign(task.meta.mailrig, mapTexts(task.meta.mailrig, mask))
  for (const error of task.result?.errors ?? []) {
    for (const [name, value] of Object.entries(error)) Object.assign(error, { [name]: hidden(value, mask) })
    // Not among the entries of an Error.
    error.message = mask(error.message)
    if (error.stack !== undefined) error.stack = mask(error.stack)
  }
}

/** Only texts and plain data: nothing else of an error is printed. */
function hidden(value: unknown, mask: (text: string) => string): unknown {
  const plain = typeof value !== 'object' || value === null || Array.isArray(value) || isRecord(value)
  return plain ? mapTexts(value, mask) : value
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
