import { WaitError } from '../errors/mailrig-error.ts'
import { inTime } from '../metrics/patience.ts'
import type { InitChannel } from './init-channel.ts'
import type { LogMarks } from './log-marks.ts'

/** How to see that a container does nothing which its server's log does not show. */
export interface QuietSpec {
  /** What the command lines of the server's own processes begin with; a regular expression for Perl and JavaScript alike. */
  own: RegExp
  /** Processes whose children answer questions of the server for as long as it likes, and make nothing. */
  serves?: RegExp
  /** Directories that hold what was handed in and is not in the log yet. */
  drops: readonly string[]
  /** Sockets and named pipes into which the server writes its log. Those that are not there are passed over. */
  mouths: readonly string[]
}

/**
 * Resolves when no program runs beside the server that was not there when it was ready, nothing lies in `drops`, and all
 * that was logged until then has been read.
 *
 * @throws {WaitError} after `timeoutMs`, naming the program or the directory.
 */
export async function untilQuiet(
  { channel, marks, name }: { channel: InitChannel; marks: LogMarks; name: string },
  { own, serves, drops, mouths }: QuietSpec,
  timeoutMs: number,
): Promise<void> {
  const mark = marks.next()
  const fields = [
    String(timeoutMs / 1000),
    mark,
    own.source,
    serves?.source ?? '',
    String(drops.length),
    ...drops,
    ...mouths,
  ]
  const { code, text } = await channel.request('quiet', fields).result
  if (code !== 0) {
    throw new WaitError(`waited ${Math.round(timeoutMs)} ms for ${name} to come to rest: ${text.trim()}`, {
      remedy:
        'It may still make mail, so nothing can be said of what came. Let the program end, or give the wait more time.',
    })
  }
  const late = () =>
    new WaitError(`waited ${Math.round(timeoutMs)} ms for the log of ${name} to bring a line that was written into it`)
  await inTime(marks.cameOut(mark, Number(text)), timeoutMs, timeoutMs, late)
}
