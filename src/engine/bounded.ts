import { EngineError } from '../errors/mailrig-error.ts'

/**
 * Ends a wait for the engine that would otherwise have no end.
 *
 * @throws {EngineError} ENGINE_SILENT, naming what it waited for, after `ms` milliseconds.
 */
export async function bounded<T>(promise: Promise<T>, ms: number, waitingFor: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new EngineError(`the container engine gave no answer in ${ms} ms: waited for ${waitingFor}`, {
            code: 'ENGINE_SILENT',
            remedy: 'See whether the engine is alive (`docker info`); restart it if that does not answer either.',
          }),
        ),
      ms,
    )
  })
  try {
    return await Promise.race([promise, end])
  } finally {
    clearTimeout(timer)
  }
}
