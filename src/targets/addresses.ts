import type { RigAddresses } from '../surroundings/rig-addresses.ts'
import type { HostPlace, Surroundings } from '../surroundings/surroundings.ts'
import type { CarriedMta, CarriedStore, PlannedHost, TargetPlan } from './target.ts'

interface Own {
  mta: HostPlace
  store?: HostPlace | undefined
  database?: string | undefined
  filterServers?: string | undefined
}

/** All addresses of a rig: those of the surroundings, and those of its own servers. */
export function addressesIn(
  {
    networks,
    dns,
    upstreams,
    clients,
    filters,
    smtpPort,
    ipv6Networks,
  }: Pick<Surroundings, 'networks' | 'ipv6Networks' | 'dns' | 'upstreams' | 'clients' | 'filters' | 'smtpPort'>,
  { mta, store, database, filterServers }: Own,
): RigAddresses {
  return {
    networks,
    mta: { lan: mta.lan, internet: mta.internet ?? mta.lan },
    ...(store === undefined ? {} : { store: store.lan }),
    ...(database === undefined ? {} : { database }),
    ...(filterServers === undefined ? {} : { filterServers }),
    dns,
    upstreams,
    ...(Object.keys(clients).length === 0 ? {} : { clients }),
    ...(filters ? { filters } : {}),
    smtpPort,
    ...(ipv6Networks && mta.ipv6
      ? {
          ipv6: {
            networks: ipv6Networks,
            mta: { lan: mta.ipv6.lan, internet: mta.ipv6.internet ?? mta.ipv6.lan },
            ...(store?.ipv6 ? { store: store.ipv6.lan } : {}),
          },
        }
      : {}),
  }
}

/** Servers of a plan with the hosts that carry them. */
export interface Roles {
  mta: { host: PlannedHost; server: CarriedMta }
  store?: { host: PlannedHost; server: CarriedStore }
}

/** Who is who in a plan; undefined where none of its hosts carries an MTA. */
export function rolesIn({ hosts }: TargetPlan): Roles | undefined {
  const all = hosts.flatMap((host) => host.servers.map((server) => ({ host, server })))
  const mta = all.find((one): one is Roles['mta'] => one.server.role === 'mta')
  const store = all.find((one): one is NonNullable<Roles['store']> => one.server.role === 'store')
  return mta && { mta, ...(store ? { store } : {}) }
}
