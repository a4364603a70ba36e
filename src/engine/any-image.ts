import { EngineError } from '../errors/mailrig-error.ts'
import type { Engine } from './engine.ts'
import { LABEL } from './labels.ts'

/**
 * An image of mailrig for a container that needs Perl alone. All have it, and which one it is makes no difference: one that
 * is there need not be built.
 *
 * @throws {EngineError} IMAGE_MISSING naming `purpose`, e.g. `the container that forwards ports`.
 */
export async function anyImage(engine: Engine, purpose: string): Promise<string> {
  const images = await engine.docker.listImages({ filters: { label: [`${LABEL.image}=1`] } })
  const smallest = images.sort((a, b) => a.Size - b.Size)[0]
  if (smallest) return smallest.Id
  throw new EngineError(`there is no image of mailrig for ${purpose}`, {
    code: 'IMAGE_MISSING',
    remedy: 'Build the images first: `mailrig build`.',
  })
}
