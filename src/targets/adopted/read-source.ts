import { joinTrees, layOutServer, layOutSource } from './lay-out-source.ts'
import { readDirectory } from './read-directory.ts'
import { readTar } from './read-tar.ts'
import type { SourceTree } from './source-tree.ts'

/** Folders of single servers: option → folder in /etc. */
export const SERVER_OPTIONS = {
  postfix: 'postfix',
  dovecot: 'dovecot',
  exim: 'exim4',
  sendmail: 'mail',
  opensmtpd: '.',
} as const
export type ServerOption = keyof typeof SERVER_OPTIONS

export interface SourceOptions {
  /** A folder, or `-` for an archive on standard input. */
  source?: string
  /** Folders of single servers. */
  folders?: Partial<Record<ServerOption, string>>
}

/**
 * Reads the configuration that is to be put under test.
 *
 * @throws {InputError} where it cannot be read, is none, is too large, or holds names or links that lead out.
 */
export async function readSource(
  { source, folders = {} }: SourceOptions,
  stdin: AsyncIterable<Buffer>,
): Promise<SourceTree> {
  const trees: SourceTree[] = []
  if (source === '-') trees.push(layOutSource('standard input', await readTar(stdin)))
  else if (source !== undefined) {
    const { entries, unreadable } = await readDirectory(source)
    trees.push(layOutSource(source, entries, unreadable))
  }
  for (const [option, folder] of Object.entries(SERVER_OPTIONS) as [ServerOption, string][]) {
    const given = folders[option]
    if (given === undefined) continue
    const { entries, unreadable } = await readDirectory(given)
    trees.push(layOutServer(given, folder, entries, unreadable))
  }
  return joinTrees(trees.map(({ label }) => label).join(', '), trees)
}
