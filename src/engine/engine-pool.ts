import { InputError } from '../errors/mailrig-error.ts'
import { dockerAt } from './endpoint.ts'

/** Addresses of the engines that a run uses as one, as in DOCKER_HOST, separated by blanks. */
export const ENGINES_VARIABLE = 'MAILRIG_ENGINES'

/** How many workers a run has for each engine of a pool: while one boots servers, another waits for mail. */
export const WORKERS_PER_ENGINE = 2

type Environment = Record<string, string | undefined>

/** The engines of the pool; none where a run has one engine, found in the usual way. */
export function enginesOfPool(env: Environment = process.env): string[] {
  return (env[ENGINES_VARIABLE] ?? '').split(/\s+/).filter((url) => url !== '')
}

/** The engine of this worker of vitest's; undefined without a pool. The workers take turns: each stays with its engine. */
export function engineOfWorker(env: Environment = process.env): string | undefined {
  const engines = enginesOfPool(env)
  const worker = Number(env.VITEST_POOL_ID ?? 1)
  return engines[(worker - 1) % Math.max(1, engines.length)]
}

/**
 * Checks the engines that a command line names, before any is asked.
 *
 * @throws {InputError} ENGINE_ADDRESS for what is no address, and for an engine that is named twice
 */
export function checkEngines(urls: readonly string[]): void {
  for (const [index, url] of urls.entries()) {
    if (/\s/.test(url)) {
      throw new InputError(`the engine's address has a blank in it: ${JSON.stringify(url)}`, {
        code: 'ENGINE_ADDRESS',
        remedy: 'Give --engine once for each engine.',
      })
    }
    dockerAt(url)
    if (urls.indexOf(url) !== index) {
      throw new InputError(`the engine ${url} is named twice`, {
        code: 'ENGINE_ADDRESS',
        remedy: 'Name each engine once.',
      })
    }
  }
}
