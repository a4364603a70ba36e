import type { RigAddresses } from '../servers/addresses.ts'

/** Whether a client, as a server names it in its log, is a server of the rig: `store.rig.test[198.18.0.11]`. */
export function insideOf({ mta, store, database }: Pick<RigAddresses, 'mta' | 'store' | 'database'>) {
  const own = new Set([mta.lan, mta.internet, store, database, '127.0.0.1', '::1'])
  return (client: string): boolean => own.has(/\[(?:IPv6:)?([\d.a-fA-F:]+)\]/.exec(client)?.[1] ?? '')
}
