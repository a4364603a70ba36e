import { UnsupportedError } from '../../../errors/mailrig-error.ts'
import type { Rig } from '../../../rig/rig.ts'
import type { World } from '../../../rig/world.ts'
import type { TopologyInput } from '../../../topology/schema.ts'
import { maskError } from '../mask-error.ts'
import type { ServedHost } from '../served-host.ts'
import { misfit } from './misfit.ts'
import { rigOf } from './rig-of.ts'

interface Wanted {
  /** For reports. */
  name: string
  topology: TopologyInput
  /** What a server says may hold a secret. */
  mask: (text: string) => string
}

/**
 * Boots a host, and makes a rig of it where it is the world that a topology declares.
 *
 * @throws {UnsupportedError} TARGET_CANNOT where it is not; what `boot` and {@link rigOf} throw. Nothing is left then.
 */
export async function fittingRig(
  world: World,
  boot: () => Promise<ServedHost>,
  { name, topology, mask }: Wanted,
): Promise<Rig> {
  try {
    const host = await boot()
    try {
      const rig = await rigOf(world, host, name)
      refuseMisfit(topology, rig)
      return rig
    } catch (error) {
      await host.stop()
      throw error
    }
  } catch (error) {
    maskError(error, mask)
    throw error
  }
}

/** @throws {UnsupportedError} TARGET_CANNOT */
function refuseMisfit(topology: TopologyInput, { facts, target }: Rig): void {
  const reason = misfit(topology, facts)
  if (reason === undefined) return
  throw new UnsupportedError(`${target} is not what the topology says: ${reason}`, {
    code: 'TARGET_CANNOT',
    remedy: 'Declare what is there in mailrig.yaml, or leave this to other targets.',
  })
}
