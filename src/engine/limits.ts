import type Dockerode from 'dockerode'
import { EngineError, UnsupportedError } from '../errors/mailrig-error.ts'

const OCTETS = 1024 * 1024
/** More than any machine has: engines know no way back to "no limit". */
const NO_LIMIT = 2 ** 50

/**
 * Limits the memory of all processes of a container and of its files in memory together.
 *
 * @param mebibytes absent: no limit
 * @throws {EngineError} LIMIT_FAILED; {UnsupportedError} LIMIT_UNSUPPORTED where the engine says that it limits nothing
 */
export async function limitMemory(
  { container, name }: { container: Dockerode.Container; name: string },
  mebibytes?: number,
): Promise<void> {
  const limits =
    mebibytes === undefined
      ? // Memory and swap together. An engine with cgroup v1 takes no -1 for that; less of both than of one is refused.
        { Memory: NO_LIMIT, MemorySwap: 2 * NO_LIMIT }
      : { Memory: mebibytes * OCTETS, MemorySwap: mebibytes * OCTETS }
  const { Warnings } = await update(container, limits).catch((cause: Error) => {
    throw new EngineError(`the memory of ${name} was not limited: ${cause.message.trim()}`, {
      code: 'LIMIT_FAILED',
      remedy: 'Where the reason is that the memory is in use, give more of it.',
      cause,
    })
  })
  const refused = Warnings?.find((warning) => /memory limit/i.test(warning) && /discarded/i.test(warning))
  if (refused === undefined) return
  throw new UnsupportedError(`this engine limits no memory: ${refused}`, {
    code: 'LIMIT_UNSUPPORTED',
    remedy: 'Use an engine whose kernel has the memory controller of cgroups(7).',
  })
}

/** POST /containers/{id}/update of Docker's API. */
async function update(container: Dockerode.Container, limits: object): Promise<{ Warnings?: string[] | null }> {
  return (await container.update(limits)) ?? {}
}
