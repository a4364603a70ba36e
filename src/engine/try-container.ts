import type { Engine } from './engine.ts'
import { engineRemedy } from './engine-remedy.ts'
import { LABEL, labelsOf, newRun } from './labels.ts'
import { removeContainer } from './sweep.ts'

/**
 * Starts a container that does nothing, of any image of mailrig, and removes it: an engine may answer and yet be unable
 * to, for want of disk space or of rights.
 *
 * @returns what went wrong and what helps; undefined when all is well, or there is no image to try it with.
 */
export async function tryContainer(engine: Engine): Promise<{ reason: string; remedy: string } | undefined> {
  const { docker } = engine
  const [image] = await docker.listImages({ filters: { label: [`${LABEL.image}=1`] } })
  if (image === undefined) return undefined
  let id: string | undefined
  try {
    const container = await docker.createContainer({
      Image: image.Id,
      Labels: labelsOf(newRun()),
      Entrypoint: ['true'],
      Cmd: [],
      // Where ports are published, the network is half of what can go wrong.
      HostConfig:
        engine.reach === 'exposed' ? { PortBindings: { '25/tcp': [{ HostPort: '' }] } } : { NetworkMode: 'none' },
      ...(engine.reach === 'exposed' ? { ExposedPorts: { '25/tcp': {} } } : {}),
    })
    id = container.id
    await container.start()
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error)
    return { reason, remedy: engineRemedy(reason) }
  } finally {
    if (id !== undefined) await removeContainer(docker, id)
  }
}
