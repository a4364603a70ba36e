import type { Transcript } from '../session/transcript.ts'
import { format } from '../session/transcript-format.ts'

/** The latest lines of each session; what came before the fault matters most. */
const LINES = 24
/** The latest sessions. */
const SESSIONS = 3

/** What was said, a line each, secrets masked; each session under its name. */
export function dialogueOf(transcripts: readonly Transcript[]): string[] {
  return transcripts.slice(-SESSIONS).flatMap((transcript) => {
    const lines = format(transcript).split('\n')
    const left = lines.length - LINES
    return [
      `${transcript.name}:`,
      ...(left > 0 ? [`  … ${left} lines before`] : []),
      ...lines.slice(-LINES).map((line) => `  ${line}`),
    ]
  })
}
