import { connectEngine } from '../src/engine/connect.ts'
import { execIn } from '../src/engine/container-exec.ts'
import { writeFiles } from '../src/engine/container-files.ts'
import { ensureImages, imageTag } from '../src/engine/images.ts'
import { LABEL } from '../src/engine/labels.ts'
import { silentProgress } from '../src/engine/progress.ts'
import { removeContainer } from '../src/engine/sweep.ts'
import type { Exec } from '../src/servers/contract.ts'

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
  const { docker } = await connectEngine({ provision: false, progress: silentProgress })
  const networks = await docker.listNetworks({ filters: { label: [`${LABEL.keep}=${rig.name}`] } })
  const named = (end: string) => networks.find(({ Name }) => Name.endsWith(end))
  const [lan, internet] = [named('-lan'), named('-internet')]
  if (!lan || !internet)
    throw new Error(`the rig ${rig.name} has no networks; there are ${networks.map(({ Name }) => Name)}`)
  const container = await docker.createContainer({
    Image: await imageTag(IMAGE.server, IMAGE.release),
    Cmd: ['sleep', 'infinity'],
    Labels: lan.Labels ?? {},
    HostConfig: {
      NetworkMode: lan.Name,
      Init: true,
      ExtraHosts: [
        `${rig.mta.host}:${rig.endpoints.smtp.host}`,
        `${rig.store.host}:${rig.endpoints.imap.host}`,
        `stranger.example:${rig.endpoints.imap.host}`,
      ],
    },
  })
  const write = (path: string, content: string) => writeFiles(container, [{ path, content, mode: 0o600 }])
  await write(AUTHORITY, rig.authority)
  await docker.getNetwork(internet.Id).connect({ Container: container.id })
  await container.start()
  return { run: execIn(container, 'the clients'), write, stop: () => removeContainer(docker, container.id) }
}
