import { z } from 'zod'

/** One line of a session or of a connection to an upstream. */
export const dialogueLine = z.object({
  /** Milliseconds since the connection began. */
  at: z.number(),
  /** The client, the server, or a remark about the connection. */
  who: z.enum(['C', 'S', '*']),
  text: z.string(),
  /** The line stands for this many lines of a message, which are not shown. */
  more: z.number().optional(),
})

export type DialogueLine = z.infer<typeof dialogueLine>

/** The lines of a session out of its text, `   12.3 ms C: EHLO client.example`: records of earlier versions have only that. */
export function linesOfText(text: string): DialogueLine[] {
  return text.split('\n').flatMap((line): DialogueLine[] => {
    const found = /^\s*(?<ms>[\d.]+) ms (?:(?<who>[CS]): |-- )(?<text>.*)$/.exec(line)?.groups
    if (!found) return []
    const who = found.who === 'C' || found.who === 'S' ? found.who : '*'
    const said = found.text ?? ''
    const more = /^… (\d+) more lines, /.exec(said)
    return [{ at: Number(found.ms), who, text: said, ...(more ? { more: Number(more[1]) } : {}) }]
  })
}
