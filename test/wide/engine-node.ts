import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findProgram } from '../../src/engine/host-system.ts'
import { patience } from '../../src/metrics/patience.ts'

const run = promisify(execFile)

/** Where each node has the socket of its engine: at the same path, as on machines of their own. */
export const NODE_SOCKET = '/run/mailrig-node/docker.sock'

const BRIDGE = 'mailrig-nodes'
const WIRE = 'mailrig-wire'

/** Why there can be no nodes on this machine; undefined where there can. */
export function withoutNodes(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make machines of network namespaces'
  const missing = ['ip', 'nsenter', 'unshare', 'dockerd', 'docker'].find((name) => findProgram(name) === undefined)
  return missing === undefined ? undefined : `there is no ${missing} here`
}

/** A machine of its own as far as the network, the mounts and the host name go, with an engine of its own. */
export interface EngineNode {
  name: string
  address: string
  /** Runs the client of that engine, and gives what it prints. */
  docker(...args: string[]): Promise<string>
  /** Ends all that runs there at once, as a machine ends whose power goes. */
  die(): Promise<void>
  remove(): Promise<void>
}

/**
 * The wire between the nodes: a bridge in a namespace of its own, for that of this machine has rules of its engine, which let
 * nothing through (iptables-extensions(8), physdev). Undone by the function that it gives.
 */
export async function layWire(): Promise<() => Promise<void>> {
  await run('ip', ['netns', 'add', WIRE])
  await run('ip', ['-n', WIRE, 'link', 'add', BRIDGE, 'type', 'bridge'])
  await run('ip', ['-n', WIRE, 'link', 'set', BRIDGE, 'up'])
  return async () => void (await run('ip', ['netns', 'del', WIRE]))
}

/** Starts the n-th node of the wire, counted from 1. */
export function startNode(number: number): Promise<EngineNode> {
  const name = `mailrig-node-${number}`
  const address = `10.213.77.${10 + number}`
  return startEngineNode(name, address, {
    async link() {
      const end = `mailrig-v${number}`
      await run('ip', ['-n', WIRE, 'link', 'add', end, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name])
      await run('ip', ['-n', WIRE, 'link', 'set', end, 'master', BRIDGE, 'up'])
      await run('ip', ['-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0'])
      await run('ip', ['-n', name, 'link', 'set', 'eth0', 'up'])
    },
  })
}

interface NodeOptions {
  /** Links it to something, once its namespace is there. */
  link?: () => Promise<void>
  /** Where its engine listens besides the socket, as in DOCKER_HOST. */
  listens?: readonly string[]
}

export async function startEngineNode(
  name: string,
  address: string,
  { link, listens = [] }: NodeOptions,
): Promise<EngineNode> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  await run('ip', ['netns', 'add', name])
  await run('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  await link?.()
  for (const place of ['data', 'run', 'socket']) await mkdir(join(folder, place))
  await mkdir('/run/mailrig-node', { recursive: true })
  const daemon = [
    `hostname ${name}`,
    `mount --bind ${folder}/socket /run/mailrig-node`,
    `exec dockerd --data-root ${folder}/data --exec-root ${folder}/run --pidfile ${folder}/pid ${[`unix://${NODE_SOCKET}`, ...listens].map((host) => `--host ${host}`).join(' ')}`,
  ]
  // Not by `ip netns exec`, which mounts a /sys of its own, without the cgroups below.
  const inside = [`--net=/run/netns/${name}`, 'unshare', '--mount', '--uts', 'sh', '-euc', daemon.join('\n')]
  const child: ChildProcess = spawn('nsenter', inside, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let said = ''
  child.stderr?.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(-2_000)
  })
  const docker = async (...args: string[]) => {
    const { stdout } = await run('docker', ['--host', `unix://${folder}/socket/docker.sock`, ...args], {
      maxBuffer: 1 << 26,
    })
    return stdout.trim()
  }
  const die = async () => {
    // Whoever is ended may just have started another.
    for (;;) {
      const { stdout } = await run('ip', ['netns', 'pids', name])
      const pids = stdout.split('\n').filter(Boolean).map(Number)
      if (pids.length === 0) return
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It has ended.
        }
      }
      await setTimeout(20)
    }
  }
  const remove = async () => {
    await die()
    await run('ip', ['netns', 'del', name])
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  }
  for (const end = performance.now() + patience(60_000); ; await setTimeout(20)) {
    const answers = await docker('info').then(
      () => true,
      () => false,
    )
    if (answers) break
    if (child.exitCode !== null || performance.now() > end) {
      await remove()
      throw new Error(`the engine of ${name} does not answer: ${said}`)
    }
  }
  return { name, address, docker, die, remove }
}
