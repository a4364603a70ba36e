import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError, UnsupportedError } from '../errors/mailrig-error.ts'
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

/** What a slow line has: at least one of both. */
export interface SlowLine {
  /** Octets a second that the machine can send, from 100. */
  bytesPerSecond?: number | undefined
  /** Milliseconds that each packet of the machine is later, from 1. */
  latencyMs?: number | undefined
}

/** What is done to a cable. */
export type CableDeed = 'pull' | SlowLine

export interface ChangedCable {
  /** @throws {EngineError} CABLE_FAILED */
  putBack(): Promise<void>
  /** To be called when the machine is off: then the interface is gone, and there is nothing to put back. */
  forget(): Promise<void>
}

/**
 * Pulls the cable of a machine at an address, or makes a slow one of it, which the server has no right to. Pulled, packets to it
 * and from it are lost, and neither end of a connection is told. The helper is of the machine's own image: that has the Perl
 * which its init needs.
 *
 * @throws {EngineError} CABLE_FAILED, {UnsupportedError} LINE_UNSUPPORTED where the kernel cannot do that
 */
export async function changeCable(
  engine: Engine,
  { id, address, image, labels }: Cable,
  deed: CableDeed,
): Promise<ChangedCable> {
  const deedWords = deed === 'pull' ? ['pull'] : ['slow', `${deed.bytesPerSecond ?? 0}`, `${deed.latencyMs ?? 0}`]
  const program = await readFile(join(DOCKER_FOLDER, 'cable', 'cable.pl'), 'utf8')
  const helper = await startHelper(engine, {
    name: `mailrig-${randomBytes(6).toString('hex')}-cable`,
    image,
    labels,
    program: [program, address, ...deedWords],
    hostConfig: { NetworkMode: `container:${id}`, CapAdd: ['NET_ADMIN'] },
  }).catch((cause: Error) => {
    throw failed(address, cause.message)
  })
  const said = await helper.next('the work on a cable').catch((error: Error) => `failed ${error.message}`)
  if (said !== 'ready') {
    await helper.remove()
    const reason = said.replace(/^failed /, '')
    const lacking = LACKING.exec(reason)?.[1]
    throw lacking === undefined ? failed(address, reason) : unsupported(lacking)
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

/** Said by cable.pl: the queueing discipline that there is not. */
const LACKING = /^this kernel has no (\w+)/

function unsupported(discipline: string): UnsupportedError {
  return new UnsupportedError(
    `the kernel of this engine makes no such slow line: it has no ${discipline} (tc-${discipline}(8))`,
    {
      code: 'LINE_UNSUPPORTED',
      remedy: `Load the module on the machine of the engine: modprobe sch_${discipline}. A rate needs tbf, a latency netem.`,
    },
  )
}

function failed(address: string, reason: string): EngineError {
  return new EngineError(`the cable of ${address} was not changed or put back: ${reason.trim()}`, {
    code: 'CABLE_FAILED',
    remedy: 'Use an engine that gives containers the capability NET_ADMIN in their own network.',
  })
}
