import type { WriteStream } from 'node:tty'
import pc from 'picocolors'

export type Colours = ReturnType<typeof pc.createColors>

/** What of a stream and of the environment decides about colours. */
export interface Screen {
  stream: Partial<Pick<WriteStream, 'isTTY' | 'hasColors'>>
  env: NodeJS.ProcessEnv
}

/**
 * Colours for a terminal that has them, and none for a pipe or a file, on a CI runner as well: picocolors by itself
 * colours whatever it writes where `CI` is set. `FORCE_COLOR` decides before the stream, `NO_COLOR` before all
 * (https://no-color.org).
 */
export function coloursFor({ stream, env }: Screen): Colours {
  const { FORCE_COLOR: forced, NO_COLOR: none } = env
  if (none) return pc.createColors(false)
  if (forced !== undefined) return pc.createColors(forced !== '0' && forced !== 'false')
  return pc.createColors(stream.isTTY === true && stream.hasColors?.(env) === true)
}

/** For what goes to stdout. */
export const outColours = coloursFor({ stream: process.stdout, env: process.env })
/** For what goes to stderr. */
export const errColours = coloursFor({ stream: process.stderr, env: process.env })
