import { EngineError } from '../errors/mailrig-error.ts'
import { afterPatience } from '../metrics/patience.ts'

/**
 * Ends a wait for the engine that would otherwise have no end.
 *
 * @throws {EngineError} ENGINE_SILENT, naming what it waited for, after `ms` milliseconds of an idle machine.
 */
export async function bounded<T>(promise: Promise<T>, ms: number, waitingFor: string): Promise<T> {
  const { promise: end, reject } = Promise.withResolvers<never>()
  const stop = afterPatience(ms, (waited) =>
    reject(
      new EngineError(`the container engine gave no answer in ${waited} ms: waited for ${waitingFor}`, {
        code: 'ENGINE_SILENT',
        remedy: 'See whether the engine is alive (`docker info`); restart it if that does not answer either.',
      }),
    ),
  )
  try {
    return await Promise.race([promise, end])
  } finally {
    stop()
  }
}
