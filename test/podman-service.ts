import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type Dockerode from 'dockerode'
import { expect } from 'vitest'
import { findProgram } from '../src/engine/host-system.ts'

/** A service of Podman of this test's own: socket, storage and networks are in one folder. */
export interface PodmanService {
  /** As DOCKER_HOST has it. */
  url: string
  /** Gives it images that another engine has. */
  take(docker: Dockerode, images: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const podman = findProgram('podman')

/** Why there is none here; undefined where there can be one. */
export function withoutPodman(): string | undefined {
  if (podman === undefined) return 'Podman is not installed'
  if (process.getuid?.() !== 0 && findProgram('newuidmap') === undefined) return 'rootless Podman needs newuidmap'
  return undefined
}

/** Root's Podman for root, a rootless one for everybody else. */
export async function startPodman(): Promise<PodmanService> {
  const folder = await mkdtemp(join(tmpdir(), 'mailrig-podman-'))
  const place = (name: string) => join(folder, name)
  await writeFile(place('containers.conf'), settings())
  await mkdir(place('networks'))
  const storage = ['--root', place('root'), '--runroot', place('run'), '--tmpdir', place('tmp')]
  const options = [...storage, '--storage-driver', 'overlay', '--network-config-dir', place('networks')]
  const global = [...options, '--cgroup-manager', 'cgroupfs', '--events-backend', 'file']
  const env = { ...process.env, CONTAINERS_CONF: place('containers.conf') }
  const socket = place('podman.sock')
  const run = (...args: string[]) =>
    spawn(podman ?? '', [...global, ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] })
  const done = async (...args: string[]) => {
    const child = run(...args)
    child.stdin.end()
    await once(child, 'exit')
  }
  const service = run('--log-level', 'info', 'system', 'service', '--time', '0', `unix://${socket}`)
  const stop = async () => {
    await done('rm', '--all', '--force', '--time', '0')
    const ended = once(service, 'exit')
    if (service.kill()) await ended
    // Storage is a mount of its own, and has files of other users where Podman is rootless.
    if (process.getuid?.() === 0) spawnSync(findProgram('umount') ?? '', [place('root/overlay')])
    else await done('unshare', 'rm', '-rf', place('root'))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await listening(service)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `unix://${socket}`,
    async take(docker, images) {
      for (const image of images) {
        const load = run('load')
        const ended = once(load, 'exit')
        await pipeline(await docker.getImage(image).get(), load.stdin)
        expect(await ended, `podman load of ${image}`).toEqual([0, null])
      }
    },
    stop,
  }
}

/** Resolves when the service says so. @throws {Error} with what it said, when it ends instead. */
function listening(service: ChildProcessByStdio<Writable, null, Readable>): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    service.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('API service listening')) resolve()
    })
    service.once('exit', () => reject(new Error(`podman system service ended: ${said}`)))
  })
}

/** What `mailrig doctor` has people write where it is needed; see engine-remedy.ts. */
function settings(): string {
  const limit = spawnSync('bash', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim()
  const limits = `[containers]\ndefault_ulimits = ["nofile=${limit}:${limit}", "nproc=2048:2048"]\n`
  const runc = existsSync('/sys/fs/cgroup/unified') && findProgram('runc') !== undefined
  return runc ? `${limits}[engine]\nruntime = "runc"\n` : limits
}
