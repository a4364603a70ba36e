import type { RunningHost } from '../../engine/running-host.ts'
import type { Side } from '../../engine/side.ts'
import type { UndoStack } from '../../rig/undo-stack.ts'
import type { World } from '../../rig/world.ts'
import type { RigAddresses } from '../../servers/addresses.ts'
import type { ServedHost } from './served-host.ts'

/** Ports of mail that the host of mailrig reaches. */
export const PORTS = [25, 110, 143, 465, 587, 993, 995, 4190]

/** How this process comes to a host that nobody here configured, and as whom. */
export interface WayIn {
  /** The address of strangers, on no network of the host; undefined where there is none. */
  distant: string | undefined
  /** The address that clients of each side come from. */
  clients: Record<Side, string>
  endpoint: ServedHost['endpoint']
}

interface Wanted {
  container: RunningHost
  addresses: RigAddresses
  /** False: strangers come from the rig's own network. */
  fromAfar: boolean
}

/** Opens the way to the ports of mail of a host. */
export async function openWayIn(
  world: World,
  { container, addresses, fromAfar }: Wanted,
  undo: UndoStack,
): Promise<WayIn> {
  const { lan, internet } = addresses.networks
  const distant = fromAfar ? await world.distantClient(container.id) : undefined
  const clients = { lan: lan.gateway, internet: distant?.address ?? internet.gateway }
  const open = distant?.door
  // A door for each port, where only a container can connect from the address of strangers.
  const opened = open
    ? PORTS.map(async (port) => [port, await open({ address: addresses.mta.internet, port })] as const)
    : []
  const doors = new Map(await Promise.all(opened))
  undo.push('the doors of the distant client', () => {
    for (const door of doors.values()) door.close()
  })
  return {
    distant: distant?.address,
    clients,
    endpoint(port, side = 'internet') {
      const door = side === 'internet' ? doors.get(port) : undefined
      if (door) return { host: door.host, port: door.port }
      const localAddress = world.engine.reach === 'direct' ? { localAddress: clients[side] } : {}
      return { ...container.endpoint(port, side), ...localAddress }
    },
  }
}
