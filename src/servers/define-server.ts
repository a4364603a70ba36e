import { fileURLToPath } from 'node:url'
import { InputError } from '../errors/mailrig-error.ts'
import type { MtaAdapter } from './mta-adapter.ts'

/** An MTA that does not come with mailrig. */
export interface OwnServer {
  adapter: MtaAdapter
  /** The folder of its image: a Dockerfile that begins `ARG BASE` and `FROM ${BASE}`, and what that copies. Absolute. */
  folder: string
  /** URL of the module whose default export this is. Tests run in processes of their own, which import it. */
  module: string
}

const NAME = /^[a-z][a-z0-9]{0,31}$/

/**
 * Describes an MTA of your own. The module that calls this has the result as its default export. Give it to
 * `mailrigProjects({ servers: [mine] })`, and to the command line in mailrig.config.ts:
 * `export default { servers: [mine] }`.
 *
 * @throws {InputError} SERVER_DEFINITION where the name cannot be one, or a place is no file.
 * @example
 * export default defineServer({ adapter, folder: new URL('./docker', import.meta.url), module: import.meta.url })
 */
export function defineServer(server: {
  adapter: MtaAdapter
  /** The folder with the Dockerfile: a path or a `file:` URL. */
  folder: string | URL
  /** `import.meta.url` of the module whose default export this is. */
  module: string
}): OwnServer {
  const { adapter, folder, module } = server
  if (!NAME.test(adapter.name)) {
    throw wrong(`${JSON.stringify(adapter.name)} cannot be the name of a server`, 'Use lower case letters and digits.')
  }
  if (!module.startsWith('file:')) {
    throw wrong(`${JSON.stringify(module)} is not the URL of a file`, 'Give import.meta.url of the module.')
  }
  return {
    adapter,
    folder: folder instanceof URL || folder.startsWith('file:') ? fileURLToPath(folder) : folder,
    // Vite loads a configuration again with a query, and with it what it imports.
    module: module.replace(/[?#].*$/, ''),
  }
}

function wrong(message: string, remedy: string): InputError {
  return new InputError(message, { code: 'SERVER_DEFINITION', remedy })
}
