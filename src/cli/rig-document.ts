import type { Rig } from '../rig/rig.ts'
import type { RigDocument } from './kept-rigs.ts'

export async function documentOf(name: string, rig: Rig): Promise<RigDocument> {
  const [version, store] = await Promise.all([rig.mta.version(), rig.storeIdentity()])
  return {
    name,
    mta: { name: rig.mta.name, version, release: rig.mta.release },
    ...(store ? { store } : {}),
    endpoints: {
      smtp: rig.endpoint('smtp'),
      submission: rig.endpoint('submission'),
      ...(store ? { imap: rig.storeEndpoint('imap'), pop3: rig.storeEndpoint('pop3') } : {}),
    },
    accounts: rig.accounts,
    authority: rig.authority,
  }
}
