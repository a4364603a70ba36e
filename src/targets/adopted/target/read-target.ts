import type { AdoptedTarget } from './adopted-target.ts'
import { type FolderSource, folderTarget } from './folder-target.ts'
import { type ServiceSource, serviceTarget } from './service-target.ts'

/** Servers that mailrig did not configure, by where they are. Goes from process to process. */
export type AdoptedSource = FolderSource | ServiceSource

/**
 * Reads what is to be a target.
 *
 * @throws {InputError} as {@link folderTarget} and {@link serviceTarget} do
 */
export function readTarget(source: AdoptedSource): Promise<AdoptedTarget> {
  return 'etc' in source ? folderTarget(source) : serviceTarget(source)
}
