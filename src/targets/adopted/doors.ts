import type { Door } from '../../engine/door.ts'
import type { ClientAddress } from '../../rig/host-side.ts'

/** Ports of mail that the host of mailrig reaches. */
export const PORTS = [25, 110, 143, 465, 587, 993, 995, 4190]

/** A door for each of them, where only a container can connect from the address of a client. */
export async function openDoors(open: ClientAddress['door'], address: string): Promise<Map<number, Door>> {
  if (open === undefined) return new Map()
  return new Map(await Promise.all(PORTS.map(async (port) => [port, await open({ address, port })] as const)))
}
