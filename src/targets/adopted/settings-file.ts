import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { InputError } from '../../errors/mailrig-error.ts'
import { RELEASES } from '../../servers/release.ts'

const account = z.strictObject({
  /** Where mail for them arrives. */
  address: z.string().regex(/^\S+@\S+$/),
  /** The name they log in with. Default: the address. */
  user: z.string().min(1).optional(),
  /** Without it, nobody logs in as them. */
  password: z.string().min(1).optional(),
})

/** mailrig.yaml: what a configuration does not tell of itself. Every key may be left out. */
export const declaredSchema = z.strictObject({
  /** Debian releases to run on. */
  release: z.array(z.enum(RELEASES)).min(1).optional(),
  /** The host's own name, fully qualified. */
  host: z
    .string()
    .regex(/^[\w-]+(?:\.[\w-]+)+$/)
    .optional(),
  /** Mailboxes that exist. */
  accounts: z.array(account).optional(),
  /** Address → where it leads. */
  aliases: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  /** Domains where every local part is taken. */
  catchAll: z.array(z.string()).optional(),
  /** Addresses of own domains that must not exist. */
  unknown: z.array(z.string()).optional(),
  /** Own domains that no file names, as where they are in a database. */
  domains: z.array(z.string()).optional(),
  /** Domains elsewhere that the configuration counts on. */
  elsewhere: z.array(z.string()).optional(),
  /** A dump of the database that the configuration names, relative to this file. */
  seed: z.string().optional(),
})
export type Declared = z.infer<typeof declaredSchema>

/**
 * Reads a mailrig.yaml.
 *
 * @throws {InputError} SETTINGS_INVALID naming each wrong place, SOURCE_MISSING where there is no such file.
 */
export async function readDeclared(path: string): Promise<Declared> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`there is no file ${path}`, {
      code: 'SOURCE_MISSING',
      remedy: 'Write one with --init.',
      cause,
    })
  })
  return parseDeclared(text, path)
}

export function parseDeclared(text: string, path: string): Declared {
  const document = parseDocument(text)
  const [syntax] = document.errors
  if (syntax) throw invalid(path, [syntax.message.split('\n', 1).join('')])
  const result = declaredSchema.safeParse(document.toJS() ?? {})
  if (result.success) return result.data
  throw invalid(
    path,
    result.error.issues.map(({ path: keys, message }) => `${keys.join('.') || 'the file'}: ${message}`),
  )
}

function invalid(path: string, problems: string[]): InputError {
  return new InputError(`${path} is not as it has to be:\n${problems.map((one) => `  ${one}`).join('\n')}`, {
    code: 'SETTINGS_INVALID',
    remedy: 'Correct these places; `mailrig check SOURCE --init` writes a file that is right.',
  })
}
