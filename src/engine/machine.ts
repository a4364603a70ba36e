import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { EngineError } from '../errors/mailrig-error.ts'
import { attach } from './attach.ts'
import { DOCKER_FOLDER } from './build-context.ts'
import { type CableDeed, type ChangedCable, changeCable, type SlowLine } from './cable.ts'
import { publishAddress } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { engineRemedy } from './engine-remedy.ts'
import type { Entrance } from './entrance.ts'
import { InitChannel, type InitListener } from './init-channel.ts'
import { LABEL } from './labels.ts'
import { limitMemory } from './limits.ts'
import { addressOf, type MachinePorts, reachPorts } from './machine-ports.ts'
import { type NetworkPair, standingAt } from './networks.ts'
import type { Resting } from './resting.ts'
import type { Side } from './side.ts'
import { removeContainer } from './sweep.ts'

/** What a container is made of; the server in it, and its files, come later. */
export interface MachineSpec {
  /** Present already; see images.ts. */
  image: string
  /** Unique in the engine. */
  name: string
  /** Fully qualified; the engine puts it into /etc/hosts with its first label as alias. */
  hostname: string
  pair: Pick<NetworkPair, 'networks'>
  /** IPv4 addresses in the pair's subnets. */
  addresses: { lan: string; internet?: string }
  /** Capabilities the server keeps, e.g. `NET_BIND_SERVICE`; it has no other. */
  capabilities: readonly string[]
  labels: Record<string, string>
  /** Instead of the image's. */
  command?: readonly string[]
  /** Ports the host must reach. */
  publish: readonly number[]
  /** By which it reaches them, where containers are not reached by their addresses; else the engine publishes them. */
  entrance?: Entrance | undefined
  /** Shares the network namespace of another container, its host name and addresses; that one outlives this one. */
  joins?: Pick<Machine, 'id' | 'ports'>
  /** Path → name of the volume to mount there; made when first mounted, with the container's labels. */
  volumes?: Readonly<Record<string, string>>
  /**
   * Whether fsync(2) and its like do nothing and say that all went well, for every process of it: a machine that lies about
   * its disk. By a seccomp(2) filter, so nothing is asked of the image. Default false.
   */
  ignoresSync?: boolean
  /** Kernel settings of its network namespace, e.g. `net.ipv6.conf.lo.disable_ipv6`. */
  sysctls?: Readonly<Record<string, string>>
}

/**
 * A container that runs init.pl and waits for a server to boot. It does not end by itself when this process does: Docker
 * 20.10 loses count of a network's endpoints where a container ends while it is made or removed, and then keeps the
 * network for good. Whoever removes it is the only one to end it.
 */
export interface Machine {
  id: string
  spec: MachineSpec
  /** @internal */
  container: Dockerode.Container
  /** @internal */
  docker: Dockerode
  channel: InitChannel
  ports: MachinePorts
  /** Whom the channel tells of the server; set anew for each boot. */
  listener: InitListener
  /** Whether the container has ended. */
  ended: boolean
  /** The server of the last rig, where it goes on for the next. */
  resting: Resting | undefined
  /** How long the engine took to make and start it, ms; 0 once a server was booted in it. */
  engineMs: number
  /** Ends all of it at once, does what is to be done meanwhile, and starts it again, with the same files and addresses. */
  powerCycle(meanwhile: () => Promise<void>): Promise<void>
  /**
   * Takes it off one of its networks: no packet comes or goes there, and neither end of a connection is told. All that shares
   * its network namespace is cut off with it, and it stays off through `powerCycle`. Gives what puts it back.
   */
  cutOff(side: Side): Promise<() => Promise<void>>
  isOff(side: Side): boolean
  /** Makes the line to one of its networks a slow one, which it stays through `powerCycle`. Gives what makes it as before. */
  slowDown(side: Side, line: SlowLine): Promise<() => Promise<void>>
  isSlow(side: Side): boolean
  /** Limits the memory of all its processes together, MiB; absent: no limit. */
  limitMemory(mebibytes?: number): Promise<void>
  /** Puts back what `cutOff`, `slowDown` and `limitMemory` have changed and nobody has put back. */
  restore(): Promise<void>
  remove(): Promise<void>
}

/** Needed by init.pl itself: to unpack, to end processes of other users, and to clean up after them. */
const INIT_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETPCAP', 'SETUID']

/** @throws {EngineError} when the engine refuses. Nothing is left of the container then. */
export async function startMachine(engine: Engine, spec: MachineSpec): Promise<Machine> {
  const started = performance.now()
  const token = randomBytes(8).toString('hex')
  let container: Dockerode.Container | undefined
  let ports: MachinePorts | undefined
  try {
    container = await create(engine, spec, token)
    const created = container
    const [socket] = await Promise.all([
      // Attached before the start, so that no line is missed.
      attach(engine.docker, created.id),
      connectInternet(engine, spec, created.id),
    ])
    const changed = new Set<{ side: Side; deed: CableDeed; cable: ChangedCable }>()
    const change = (side: Side, deed: CableDeed) =>
      changeCable(engine, { ...spec, id: spec.joins?.id ?? created.id, address: addressOf(spec, side) }, deed)
    const changing = async (side: Side, deed: CableDeed) => {
      const one = { side, deed, cable: await change(side, deed) }
      changed.add(one)
      return async () => {
        await one.cable.putBack()
        changed.delete(one)
      }
    }
    const machine: Omit<Machine, 'channel' | 'ports'> = {
      id: created.id,
      spec,
      container: created,
      docker: engine.docker,
      listener: { text: () => undefined, ended: () => undefined, closed: () => undefined },
      ended: false,
      resting: undefined,
      engineMs: 0,
      async powerCycle(meanwhile) {
        const running = machine as Machine
        // What is said on the old channel from here on is of a machine that is off.
        current = undefined
        await created.kill()
        await created.wait()
        await meanwhile()
        running.channel = channelOn(await attach(engine.docker, created.id))
        await created.start()
        if (spec.joins) return
        // Its network is a new one, with every cable in; no server was booted yet.
        await Promise.all(
          [...changed].map(async (one) => {
            await one.cable.forget()
            one.cable = await change(one.side, one.deed)
          }),
        )
        running.ports.close()
        running.ports = await reachPorts(engine, created, spec)
      },
      cutOff: (side) => changing(side, 'pull'),
      isOff: (side) => [...changed].some((one) => one.side === side && one.deed === 'pull'),
      slowDown: (side, line) => changing(side, line),
      isSlow: (side) => [...changed].some((one) => one.side === side && one.deed !== 'pull'),
      async limitMemory(mebibytes) {
        isLimited = true
        await limitMemory({ container: created, name: spec.name }, mebibytes)
        isLimited = mebibytes !== undefined
      },
      async restore() {
        const lift = isLimited && !machine.ended ? machine.limitMemory() : undefined
        await Promise.all([...[...changed].map(({ cable }) => cable.putBack()), lift])
        changed.clear()
      },
      async remove() {
        if (!spec.joins) ports?.close()
        // A helper that nobody needs any more.
        await Promise.all([...changed].map(({ cable }) => cable.forget()))
        await removeContainer(engine.docker, created.id)
      },
    }
    let isLimited = false
    let current: object | undefined
    const channelOn = (stream: NodeJS.ReadWriteStream) => {
      const own = {}
      current = own
      const isCurrent = () => current === own
      return new InitChannel(stream, {
        name: spec.name,
        token,
        listener: {
          text: (which, octets) => isCurrent() && machine.listener.text(which, octets),
          ended: (id, exitCode) => isCurrent() && machine.listener.ended(id, exitCode),
          closed: () => {
            if (!isCurrent()) return
            machine.ended = true
            machine.listener.closed()
          },
        },
      })
    }
    const channel = channelOn(socket)
    await created.start()
    ports = spec.joins?.ports ?? (await reachPorts(engine, created, spec))
    return Object.assign(machine, { channel, ports, engineMs: performance.now() - started })
  } catch (error) {
    if (container) await removeContainer(engine.docker, container.id)
    throw notStarted(spec.name, error)
  }
}

async function create(engine: Engine, spec: MachineSpec, token: string): Promise<Dockerode.Container> {
  const published = engine.reach === 'exposed' && !spec.joins && !spec.entrance ? spec.publish : []
  const hostIp = publishAddress(engine.endpoint)
  const lan = spec.pair.networks.lan
  const kept = spec.labels[LABEL.keep] !== undefined
  const [init, own] = await Promise.all([initProgram(), processOf(engine, spec.image)])
  const kernelNames = spec.capabilities.map((name) => `+${name.toLowerCase()}`).join(',')
  return engine.docker.createContainer({
    name: spec.name,
    Image: spec.image,
    // The engine takes neither name nor addresses for one that joins another.
    ...(spec.joins ? {} : { Hostname: spec.hostname }),
    Labels: spec.labels,
    Entrypoint: ['perl', '-e', init, token, kernelNames, ...own.entrypoint, ...(spec.command ?? own.command)],
    Cmd: [],
    OpenStdin: true,
    ExposedPorts: Object.fromEntries(published.map((port) => [`${port}/tcp`, {}])),
    HostConfig: {
      NetworkMode: spec.joins ? `container:${spec.joins.id}` : lan.name,
      CapDrop: ['ALL'],
      CapAdd: [...new Set([...spec.capabilities, ...INIT_CAPABILITIES])],
      ...(spec.sysctls ? { Sysctls: { ...spec.sysctls } } : {}),
      Tmpfs: Object.fromEntries(
        own.memory.filter((path) => spec.volumes?.[path] === undefined).map((path) => [path, '']),
      ),
      ...(spec.ignoresSync ? { SecurityOpt: [`seccomp=${JSON.stringify(WITHOUT_SYNC)}`] } : {}),
      Mounts: Object.entries(spec.volumes ?? {}).map(([Target, Source]) => ({
        Type: 'volume' as const,
        Source,
        Target,
        VolumeOptions: { Labels: spec.labels, NoCopy: false, DriverConfig: { Name: 'local', Options: {} } },
      })),
      PortBindings: Object.fromEntries(published.map((port) => [`${port}/tcp`, [{ HostIp: hostIp, HostPort: '' }]])),
      // Who keeps a rig may ask the engine for its log; nobody else can.
      ...(kept ? {} : { LogConfig: { Type: 'none', Config: {} } }),
    },
    ...(spec.joins
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [lan.name]: { IPAMConfig: standingAt(lan, spec.addresses.lan) } } } }),
  })
}

/** A filter as engines take it: these calls do nothing, and return 0 (seccomp(2), SECCOMP_RET_ERRNO). */
const WITHOUT_SYNC = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [
    {
      names: ['fsync', 'fdatasync', 'sync', 'syncfs', 'sync_file_range', 'msync'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: 0,
    },
  ],
}

/** Engines before API 1.44 take one network when a container is created; the second is connected before the start. */
async function connectInternet(engine: Engine, spec: MachineSpec, id: string): Promise<void> {
  const { internet } = spec.addresses
  if (internet === undefined || spec.joins) return
  await engine.docker.getNetwork(spec.pair.networks.internet.id).connect({
    Container: id,
    EndpointConfig: { IPAMConfig: standingAt(spec.pair.networks.internet, internet) },
  })
}

let program: Promise<string> | undefined

function initProgram(): Promise<string> {
  program ??= readFile(join(DOCKER_FOLDER, 'init', 'init.pl'), 'utf8')
  return program
}

interface ImageProcess {
  entrypoint: readonly string[]
  command: readonly string[]
  /** Directories to keep in memory; init.pl fills them from an archive of the image. */
  memory: readonly string[]
}

const processes = new Map<string, Promise<ImageProcess>>()

/** What the image itself would run. Tags are by content, so one question a process does. */
function processOf(engine: Engine, image: string): Promise<ImageProcess> {
  const known = processes.get(image)
  if (known) return known
  const asked = (async (): Promise<ImageProcess> => {
    const { Config } = await engine.docker.getImage(image).inspect()
    return {
      entrypoint: [Config.Entrypoint ?? []].flat(),
      command: Config.Cmd ?? [],
      memory: (Config.Labels?.[LABEL.memory] ?? '').split(' ').flatMap((path) => (path === '' ? [] : [`/${path}`])),
    }
  })()
  processes.set(image, asked)
  asked.catch(() => processes.delete(image))
  return asked
}

function notStarted(name: string, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause)
  return new EngineError(`${name} did not start: ${reason}`, {
    code: 'CONTAINER_NOT_STARTED',
    remedy: engineRemedy(reason),
    cause,
  })
}
