import { readFileSync } from 'node:fs'
import type { Circumstances } from './run-document.ts'

/** The same distance from src/ and from dist/. */
const PACKAGE = new URL('../../package.json', import.meta.url)

/**
 * When a run that ends now was made, and with what.
 *
 * @param startedAt milliseconds since the epoch
 * @param engine e.g. `docker 20.10.24`; undefined where no engine was needed
 */
export function circumstancesOf(startedAt: number, engine: string | undefined): Circumstances {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }
  return {
    startedAt,
    durationMs: Date.now() - startedAt,
    mailrig: version,
    node: process.versions.node,
    ...(engine === undefined ? {} : { engine }),
  }
}
