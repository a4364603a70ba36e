import { RIG_NAMES } from '../dns/zone.ts'
import type { Rig } from '../rig/rig.ts'
import { authorityFile, type RigDocument } from './kept-rigs.ts'

export async function documentOf(name: string, rig: Rig): Promise<RigDocument> {
  const store = rig.hasStore ? rig.store : undefined
  const { release } = rig.mta
  const [mtaVersion, storeVersion, file] = await Promise.all([rig.mta.version(), store?.version(), authorityFile(name)])
  const services = rig.topology.store.tls === 'none' ? PLAIN_SERVICES : [...PLAIN_SERVICES, ...TLS_SERVICES]
  return {
    name,
    mta: { name: rig.mta.name, version: mtaVersion, release, host: rig.topology.host },
    ...(store && storeVersion
      ? { store: { name: store.name, version: storeVersion, release, host: RIG_NAMES.store } }
      : {}),
    endpoints: {
      smtp: rig.endpoint('smtp'),
      submission: rig.endpoint('submission'),
      submissions: rig.endpoint('submissions'),
      ...Object.fromEntries(store ? services.map((service) => [service, store.endpoint(service)]) : []),
      ...(rig.topology.accounts === 'postgresql' ? { postgresql: rig.database.endpoint } : {}),
    },
    lan: {
      smtp: rig.endpoint('smtp', 'lan'),
      submission: rig.endpoint('submission', 'lan'),
      submissions: rig.endpoint('submissions', 'lan'),
    },
    accounts: rig.accounts,
    authority: rig.authority,
    authorityFile: file,
  }
}

const PLAIN_SERVICES = ['imap', 'pop3'] as const
const TLS_SERVICES = ['imaps', 'pop3s'] as const
