import { connectEngine } from '../src/engine/connect.ts'
import { startContainer } from '../src/engine/container.ts'
import { ensureImages, imageTag } from '../src/engine/images.ts'
import { LABEL } from '../src/engine/labels.ts'
import type { RigNetwork } from '../src/engine/networks.ts'
import { silentProgress } from '../src/engine/progress.ts'
import type { Side } from '../src/servers/addresses.ts'
import type { Exec } from '../src/servers/operation.ts'

/** What `mailrig up --json` prints, as far as clients need it. */
export interface UpDocument {
  name: string
  mta: { host: string }
  store: { host: string }
  endpoints: Record<'smtp' | 'submission' | 'imap' | 'imaps' | 'pop3' | 'pop3s', { host: string; port: number }>
  accounts: { address: string; user: string; password: string }[]
  authority: string
  authorityFile: string
}

export interface StockClients {
  /** Runs a client. */
  run: Exec
  write(path: string, content: string): Promise<void>
  stop(): Promise<void>
}

const IMAGE = { server: 'clients', release: 'bookworm' }
/** Where the clients find the certificate of the rig's authority. */
export const AUTHORITY = '/etc/rig/authority.pem'

/** Builds the image of the clients where it is missing, which takes a minute or two. */
export async function buildClients(): Promise<void> {
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  await ensureImages(engine, [IMAGE], silentProgress)
}

/**
 * Mail clients from Debian's packages (docker/clients), in a container on both networks of a kept rig: they know its
 * servers by the names of their certificates. The container bears the rig's labels, so that `down` would remove it too.
 */
export async function startClients(rig: UpDocument): Promise<StockClients> {
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  const networks = await engine.docker.listNetworks({ filters: { label: [`${LABEL.keep}=${rig.name}`] } })
  const network = (side: Side): RigNetwork => {
    const found = networks.find(({ Name }) => Name.endsWith(`-${side}`))
    const { Subnet: subnet = '', Gateway: gateway = '' } = found?.IPAM?.Config?.[0] ?? {}
    if (!found) throw new Error(`the rig ${rig.name} has no ${side}; there are ${networks.map(({ Name }) => Name)}`)
    return { id: found.Id, name: found.Name, subnet, gateway }
  }
  const pair = { networks: { lan: network('lan'), internet: network('internet') } }
  const address = (side: Side) => pair.networks[side].subnet.replace(/\.0\/24$/, '.241')
  const container = await startContainer(engine, {
    image: await imageTag(IMAGE.server, IMAGE.release),
    name: `mailrig-${rig.name}`,
    hostname: 'clients.rig.test',
    pair,
    addresses: { lan: address('lan'), internet: address('internet') },
    command: ['sleep', 'infinity'],
    files: [{ path: AUTHORITY, content: rig.authority }],
    capabilities: ['DAC_OVERRIDE'],
    readiness: [],
    publish: [],
    labels: networks[0]?.Labels ?? {},
  })
  const { smtp, imap } = rig.endpoints
  const hosts = [`${smtp.host} ${rig.mta.host}`, `${imap.host} ${rig.store.host} stranger.example`]
  await container.exec(['sh', '-c', 'cat >> /etc/hosts'], { input: `${hosts.join('\n')}\n` })
  return {
    run: container.exec,
    write: (path, content) => container.write([{ path, content, mode: 0o600 }]),
    stop: () => container.stop(),
  }
}
