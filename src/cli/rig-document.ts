import { RIG_NAMES } from '../dns/zone.ts'
import type { Side } from '../engine/side.ts'
import type { Rig } from '../rig/rig.ts'
import type { ServiceName } from '../targets/facts.ts'
import { authorityFile, type RigDocument } from './kept-rigs.ts'

export async function documentOf(name: string, rig: Rig): Promise<RigDocument> {
  const store = rig.hasStore ? rig.store : undefined
  const { release } = rig.mta
  const [mtaVersion, storeVersion, file] = await Promise.all([rig.mta.version(), store?.version(), authorityFile(name)])
  // Mailrig's own have the ports that every rig has, whether the topology asks for what is behind them or not.
  const listens = (service: ServiceName) => !rig.adopted || rig.facts.services.some((one) => one.service === service)
  const ofStore = rig.topology.store.tls === 'none' ? PLAIN_SERVICES : [...PLAIN_SERVICES, ...TLS_SERVICES]
  const ofMta = (side: Side) =>
    Object.fromEntries(MTA_SERVICES.filter(listens).map((service) => [service, rig.endpoint(service, side)]))
  return {
    name,
    target: rig.target,
    mta: { name: rig.mta.name, version: mtaVersion, release, host: rig.topology.host },
    ...(store && storeVersion
      ? {
          store: {
            name: store.name,
            version: storeVersion,
            release,
            host: rig.adopted ? rig.topology.host : RIG_NAMES.store,
          },
        }
      : {}),
    endpoints: {
      ...ofMta('internet'),
      ...Object.fromEntries(store ? ofStore.filter(listens).map((service) => [service, store.endpoint(service)]) : []),
      ...(rig.accountServer ? { [rig.topology.accounts]: rig.accountServer.endpoint } : {}),
    },
    lan: ofMta('lan'),
    ...(rig.addresses.ipv6 ? { ipv6: rig.addresses.ipv6.mta } : {}),
    lanTrusted: rig.facts.trusted.includes('lan'),
    accounts: rig.accounts,
    ...(rig.trust.ca === undefined ? {} : { authority: rig.trust.ca, authorityFile: file }),
  }
}

const MTA_SERVICES = ['smtp', 'submission', 'submissions'] as const
const PLAIN_SERVICES = ['imap', 'pop3'] as const
const TLS_SERVICES = ['imaps', 'pop3s'] as const
