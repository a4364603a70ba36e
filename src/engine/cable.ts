import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from '../errors/mailrig-error.ts'
import { DOCKER_FOLDER } from './build-context.ts'
import type { Engine } from './engine.ts'
import { orders, startHelper } from './helper.ts'

interface Cable {
  /** Of the container that holds the network namespace. */
  id: string
  /** IPv4, of the interface. */
  address: string
  image: string
  labels: Record<string, string>
}

export interface PulledCable {
  /** @throws {EngineError} CABLE_FAILED */
  putBack(): Promise<void>
  /** To be called when the machine is off: then the interface is gone, and there is nothing to put back. */
  forget(): Promise<void>
}

/**
 * Pulls the cable of a machine at an address: takes the interface down, which the server has no right to. Until it is put
 * back, packets to it and from it are lost, and neither end of a connection is told. The helper is of the machine's own image:
 * that has the Perl which its init needs.
 *
 * @throws {EngineError} CABLE_FAILED
 */
export async function pullCable(engine: Engine, { id, address, image, labels }: Cable): Promise<PulledCable> {
  const program = await readFile(join(DOCKER_FOLDER, 'cable', 'cable.pl'), 'utf8')
  const helper = await startHelper(engine, {
    name: `mailrig-${randomBytes(6).toString('hex')}-cable`,
    image,
    labels,
    program: [program, address],
    hostConfig: { NetworkMode: `container:${id}`, CapAdd: ['NET_ADMIN'] },
  }).catch((cause: Error) => {
    throw failed(address, cause.message)
  })
  const said = await helper.next('the cable to be pulled').catch((error: Error) => `failed ${error.message}`)
  if (said !== 'ready') {
    await helper.remove()
    throw failed(address, said.replace(/^failed /, ''))
  }
  const order = orders(helper, (_, reason) => failed(address, reason))
  return {
    async putBack() {
      try {
        await order('restore 0')
      } finally {
        await helper.remove()
      }
    },
    forget: () => helper.remove(),
  }
}

function failed(address: string, reason: string): EngineError {
  return new EngineError(`the cable of ${address} was not pulled or put back: ${reason.trim()}`, {
    code: 'CABLE_FAILED',
    remedy: 'Use an engine that gives containers the capability NET_ADMIN in their own network.',
  })
}
