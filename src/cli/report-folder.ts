import { resolve } from 'node:path'
import { makeFolder } from '../engine/make-folder.ts'
import { InputError } from '../errors/mailrig-error.ts'

/**
 * Makes the folder of a report before anything starts: one that cannot be written is noticed at the very end otherwise.
 *
 * @param option that names it
 * @throws {InputError} REPORT_FOLDER
 */
export function makeReportFolder(path: string, option = '--report'): void {
  try {
    makeFolder(resolve(path))
  } catch (cause) {
    throw new InputError(`the folder ${path} cannot be made: ${cause instanceof Error ? cause.message : cause}`, {
      code: 'REPORT_FOLDER',
      remedy: `Name another one with ${option}.`,
      cause,
    })
  }
}
