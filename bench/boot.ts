import { connect } from 'node:net'
import type Dockerode from 'dockerode'
import pg from 'pg'
import { buildZone } from '../src/dns/zone.ts'
import { imageTag } from '../src/engine/images.ts'
import { labelsOf } from '../src/engine/labels.ts'
import { packTar } from '../src/engine/tar.ts'
import { layOut } from '../src/rig/addresses.ts'
import { startRig } from '../src/rig/start-rig.ts'
import type { World } from '../src/rig/world.ts'
import { ACCOUNT_DATABASE } from '../src/servers/account-database.ts'
import { DEFAULT_STORE as store } from '../src/servers/registry.ts'
import type { Rendered } from '../src/servers/rendering.ts'
import { needsDatabase } from '../src/targets/needs.ts'
import type { Platform } from '../src/targets/platform.ts'
import { parseTopology, type Topology } from '../src/topology/topology.ts'
import { type Figure, median, timed } from './figure.ts'

const DOMAINS = { 'example.com': { mailboxes: ['jim'] } }

/** What is booted. */
interface Subject {
  /** After the figures' names. */
  suffix: string
  topology: Topology
  /** Of the rig's boot, as multiples of the bare engine's. */
  limits: { fresh: number; recycled?: number }
}

export const PLAIN: Subject = {
  suffix: '',
  topology: parseTopology({ domains: DOMAINS }),
  limits: { fresh: 1.25, recycled: 0.5 },
}
export const WITH_POSTGRESQL: Subject = {
  suffix: ', with PostgreSQL',
  topology: parseTopology({ domains: DOMAINS, accounts: 'postgresql' }),
  limits: { fresh: 1.3 },
}

/** The worlds that rigs are booted in: one that makes new containers for each, one that uses them again. */
export interface Worlds {
  fresh: World
  recycling: World
}

/** Boot and teardown of a rig, each against the bare engine doing the same with the same containers, in turn. */
export async function bootAndTeardown(
  { fresh, recycling }: Worlds,
  target: Platform,
  rounds: number,
  { suffix, topology, limits }: Subject,
): Promise<Figure[]> {
  const samples = () => ({ boot: [] as number[], teardown: [] as number[] })
  const bare = samples()
  const rig = samples()
  const recycled = samples()
  for (let round = -1; round < rounds; round += 1) {
    const measured = [
      [bare, await bareRound(fresh, target, topology)],
      [rig, await rigRound(fresh, target, topology)],
      [recycled, await rigRound(recycling, target, topology)],
    ] as const
    // The first round warms caches, and makes the containers that are used again. It is not counted.
    if (round < 0) continue
    for (const [into, { boot, teardown }] of measured) {
      into.boot.push(boot)
      into.teardown.push(teardown)
    }
  }
  const figures: Figure[] = [
    { name: 'boot, bare engine', value: median(bare.boot), unit: 'ms' },
    { name: 'boot, rig', value: median(rig.boot), unit: 'ms' },
    { name: 'boot, rig / bare engine', value: median(rig.boot) / median(bare.boot), unit: 'x', limit: limits.fresh },
    { name: 'boot, rig in containers used before', value: median(recycled.boot), unit: 'ms' },
    {
      name: 'boot, rig in containers used before / bare engine',
      value: median(recycled.boot) / median(bare.boot),
      unit: 'x',
      ...(limits.recycled === undefined ? {} : { limit: limits.recycled }),
    },
    { name: 'teardown, bare engine', value: median(bare.teardown), unit: 'ms' },
    { name: 'teardown, rig', value: median(rig.teardown), unit: 'ms' },
    { name: 'teardown, rig / bare engine', value: median(rig.teardown) / median(bare.teardown), unit: 'x' },
    { name: 'teardown, containers kept for the next rig', value: median(recycled.teardown), unit: 'ms' },
  ]
  return figures.map((figure) => ({ ...figure, name: figure.name + suffix }))
}

async function rigRound(
  world: World,
  target: Platform,
  topology: Topology,
): Promise<{ boot: number; teardown: number }> {
  const [rig, boot] = await timed(() => startRig({ topology, ...target, world }))
  const [, teardown] = await timed(() => rig.stop())
  return { boot, teardown }
}

/** The same containers by plain engine calls: create, second network, files, start, greeting; then remove. */
async function bareRound(
  world: World,
  { mta, release }: Platform,
  topology: Topology,
): Promise<{ boot: number; teardown: number }> {
  const numbers = {
    mta: world.pair.allocate(),
    store: world.pair.allocate(),
    database: needsDatabase(topology) ? world.pair.allocate() : undefined,
  }
  const addresses = await layOut(world, topology, numbers)
  const tls = await world.authority.issue({ names: [topology.host] })
  const context = { topology, release, addresses, tls }
  const storeAddress = addresses.store ?? ''
  const zone = world.resolver.register(
    [addresses.mta.lan, addresses.mta.internet, storeAddress],
    buildZone(topology, addresses),
  )
  const servers: BareServer[] = [
    { image: await imageTag(mta.name, release), rendered: mta.render(context), ...addresses.mta, host: topology.host },
    {
      image: await imageTag(store.name, release),
      rendered: store.render(context),
      lan: storeAddress,
      host: 'store.rig.test',
    },
  ]
  if (addresses.database !== undefined) {
    servers.push({
      image: await imageTag('postgres', release),
      rendered: { files: [], environment: POSTGRES, capabilities: [], greetings: {} },
      lan: addresses.database,
      host: 'database.rig.test',
      ready: accepts,
    })
  }
  const [containers, boot] = await timed(() => Promise.all(servers.map((server) => startBare(world, server))))
  const [, teardown] = await timed(() =>
    Promise.all(containers.map((container) => container.remove({ force: true, v: true }))),
  )
  zone.unregister()
  for (const number of Object.values(numbers)) if (number !== undefined) world.pair.release(number)
  return { boot, teardown }
}

const POSTGRES = {
  POSTGRES_USER: ACCOUNT_DATABASE.user,
  POSTGRES_PASSWORD: ACCOUNT_DATABASE.password,
  POSTGRES_DB: ACCOUNT_DATABASE.name,
}

interface BareServer {
  image: string
  host: string
  rendered: Rendered
  lan: string
  internet?: string
  /** Besides the greetings. */
  ready?: (address: string) => Promise<void>
}

async function startBare({ engine, pair, run, dns }: World, server: BareServer): Promise<Dockerode.Container> {
  const { lan, internet } = pair.networks
  const container = await engine.docker.createContainer({
    Image: server.image,
    Hostname: server.host,
    Env: Object.entries(server.rendered.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    Labels: labelsOf(run),
    // The first process of a rig's container writes the resolver; here the engine does.
    HostConfig: { NetworkMode: lan.name, Dns: [dns], CapDrop: ['ALL'], CapAdd: server.rendered.capabilities },
    NetworkingConfig: { EndpointsConfig: { [lan.name]: { IPAMConfig: { IPv4Address: server.lan } } } },
  })
  if (server.internet !== undefined) {
    await engine.docker
      .getNetwork(internet.id)
      .connect({ Container: container.id, EndpointConfig: { IPAMConfig: { IPv4Address: server.internet } } })
  }
  if (server.rendered.files.length > 0)
    await container.putArchive(packTar(server.rendered.files.map((file) => ({ mode: 0o644, ...file }))), { path: '/' })
  await container.start()
  await Promise.all(Object.keys(server.rendered.greetings).map((port) => greeted(server.lan, Number(port))))
  await server.ready?.(server.lan)
  return container
}

/** Connects until somebody greets; 5 ms between tries. */
async function greeted(host: string, port: number): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await greets(host, port))) {
    if (performance.now() > deadline) throw new Error(`${host}:${port} did not greet in 20 s`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function greets(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('data', () => end(true))
    socket.once('error', () => end(false))
  })
}

/** Connects until PostgreSQL lets in; 5 ms between tries. */
async function accepts(host: string): Promise<void> {
  const { name: database, user, password } = ACCOUNT_DATABASE
  const deadline = performance.now() + 20_000
  for (;;) {
    const client = new pg.Client({ host, port: 5432, database, user, password, connectionTimeoutMillis: 5_000 })
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}
