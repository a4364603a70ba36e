import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the test files of one run share, by the process id of vitest. */
export function sharedFolder(pid: number): string {
  return join(tmpdir(), `mailrig-tests-${pid}`)
}

/** For vitest, at the end of a run. */
export async function teardown(): Promise<void> {
  await rm(sharedFolder(process.pid), { recursive: true, force: true })
}
