import type { Plugin } from 'vitest/config'
import { requireVitest } from './requirements.ts'

/**
 * Makes a `.smtp` file a module that declares a test. Lines are not moved: a failure names its place in the file
 * itself, so the module has no source map of its own.
 */
export function sessionFilePlugin(): Plugin {
  return {
    name: 'mailrig:session-file',
    enforce: 'pre',
    // Where there are two, mailrig's imports lead to the one and this is the other.
    configureVitest({ vitest }) {
      requireVitest(vitest.version)
    },
    transform(source, id) {
      const [path = ''] = id.split('?')
      if (!path.endsWith('.smtp')) return undefined
      const call = `await sessionFile(${JSON.stringify(path)}, ${JSON.stringify(source)})`
      return { code: `import { sessionFile } from 'mailrig/vitest'\n${call}\n`, map: { mappings: '' } }
    },
  }
}
