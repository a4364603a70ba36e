import { isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

/**
 * A text with mailrig's own documents named as the reader can open them from where they are: `docs/topology.md` of an
 * installed mailrig is `node_modules/mailrig/docs/topology.md`.
 *
 * @param packageFolder absolute path of the folder that has `docs`
 * @param reader absolute path of the folder the reader is in
 */
export function withDocumentPaths(text: string, packageFolder = PACKAGE, reader = process.cwd()): string {
  return text.replaceAll(/(?<![\w./\\-])docs\/[\w/-]+\.md\b/g, (document) => {
    const path = join(packageFolder, document)
    const near = relative(reader, path)
    return near.startsWith('..') || isAbsolute(near) ? path : near
  })
}
