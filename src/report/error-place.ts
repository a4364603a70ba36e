import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { maskText } from './mask.ts'

/** A line that an error came from. */
export const errorPlace = z.object({
  /** From the root of the project. */
  file: z.string(),
  line: z.number(),
  column: z.number(),
  /** The line itself, where it could be read; secrets masked. */
  source: z.string().optional(),
})

export type ErrorPlace = z.infer<typeof errorPlace>

interface Frame {
  file: string
  line: number
  column: number
}

/** mailrig itself, as sources or as built. */
const OWN = fileURLToPath(new URL('..', import.meta.url))

/**
 * Where an error came from in the user's own files: the line that failed, and, where that is in a helper, the line of the
 * test file that called it.
 *
 * @param file of the test, absolute
 * @param read gives a file's text; undefined where it cannot be read
 */
export function placesOf(
  { stacks = [] }: { stacks?: readonly Frame[] },
  file: string,
  root: string,
  read: (path: string) => string | undefined,
): ErrorPlace[] {
  const theirs = stacks.filter((frame) => !frame.file.includes('/node_modules/') && !frame.file.startsWith(OWN))
  const inTest = theirs.find((frame) => frame.file === file)
  return [...new Set([theirs[0], inTest])].flatMap((frame) => {
    if (!frame) return []
    const text = read(frame.file)
    const source = text?.split(/\r?\n/)[frame.line - 1]
    return [
      {
        file: relative(root, frame.file),
        line: frame.line,
        column: frame.column,
        ...(text === undefined || source === undefined ? {} : { source: maskedSource(source.trimEnd(), text) }),
      },
    ]
  })
}

/** `password: 'x'`, `apiToken = "x"`, `secret: x`: under which names `secretsIn` looks, as source code has them. */
const NAMED = /\w*(?:passw|secret|token)\w*['"]?\s*[:=]\s*(?:(['"`])(.+?)\1|([^\s'"`,;{}()[\]]+))/gi

/** A line of a source file without the secrets that the file names, and without the credentials of a command. */
export function maskedSource(line: string, file: string): string {
  const secrets = [...file.matchAll(NAMED)].map(([, , quoted, bare]) => quoted ?? bare ?? '')
  return maskText(line, secrets.filter(Boolean))
    .replace(/\b(AUTH(?:ENTICATE)? +[\w-]+ +)[\w+/=]+/gi, '$1***')
    .replace(/^(\s*C: *(?:PASS|\S+ LOGIN) +)\S.*$/i, '$1***')
    .replace(/(['"`](?:PASS|\S+ LOGIN) +)[^'"`]+/g, '$1***')
}
