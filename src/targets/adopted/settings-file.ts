import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { InputError } from '../../errors/mailrig-error.ts'
import { RELEASES } from '../../servers/release.ts'
import { problemsIn } from '../../topology/issues.ts'
import { placedProblems } from '../../topology/placed-problems.ts'
import { formatProblems, type PlacedProblem } from '../../yaml/place.ts'
import { readYaml } from '../../yaml/read-yaml.ts'

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
  const yaml = readYaml(text, 1)
  if (yaml.problems.length > 0) throw invalid(path, text, yaml.problems)
  const input = yaml.value ?? {}
  const result = declaredSchema.safeParse(input)
  if (result.success) return result.data
  const problems = problemsIn(declaredSchema, result.error.issues, input, EXAMPLES)
  throw invalid(path, text, placedProblems(problems, yaml, { whole: 'the file' }))
}

/** How each part is written, for errors. `*` is any key. */
const EXAMPLES: Readonly<Record<string, string>> = {
  release: '["bookworm", "trixie"]',
  host: '"mail.example.com"',
  accounts: '[{ address: "jim@example.com", password: "correct horse" }]',
  'accounts.*': '{ address: "jim@example.com", password: "correct horse" }',
  aliases: '{ "sales@example.com": ["jim@example.com"] }',
  'aliases.*': '["jim@example.com"]',
  catchAll: '["example.net"]',
  unknown: '["nobody@example.com"]',
  domains: '["example.com"]',
  elsewhere: '["partner.example"]',
  seed: '"accounts.sql"',
}

function invalid(path: string, text: string, problems: readonly PlacedProblem[]): InputError {
  return new InputError(formatProblems(path, text, problems), {
    code: 'SETTINGS_INVALID',
    remedy: 'Correct these places; `mailrig check SOURCE --init` writes a file that is right.',
  })
}
