import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildZone, RIG_NAMES } from '../src/dns/zone.ts'
import { localSocket } from '../src/engine/endpoint.ts'
import { ensureImages, imageTag } from '../src/engine/images.ts'
import { labelsOf } from '../src/engine/labels.ts'
import { terminalProgress } from '../src/engine/progress.ts'
import { packTar, type TarInput } from '../src/engine/tar.ts'
import { layOut } from '../src/rig/addresses.ts'
import type { World } from '../src/rig/world.ts'
import { DEFAULT_STORE as store } from '../src/servers/registry.ts'
import type { Rendered } from '../src/servers/rendering.ts'
import type { Platform } from '../src/targets/platform.ts'
import { parseTopology } from '../src/topology/topology.ts'
import { TOPOLOGIES } from './checks/topologies.ts'
import { type Figure, median, timed } from './figure.ts'

const ROOT = join(import.meta.dirname, '..')
const USUAL = join(import.meta.dirname, 'checks/usual')
const CONFIG = join(import.meta.dirname, 'checks/vitest.config.ts')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const BATS = { server: 'bats', release: 'trixie' }
const CHECKS = 12

/**
 * Twelve checks of one server, by bats and swaks in containers that `docker create` makes, and by mailrig: from the
 * command to its end, each in turn. The servers have the same images and the same configuration.
 */
export async function usual(world: World, target: Platform, rounds: number): Promise<Figure[]> {
  const socket = localSocket(world.engine.endpoint)
  if (socket === undefined || world.engine.reach !== 'direct') return []
  await ensureImages(world.engine, [BATS], terminalProgress())
  const took = { bats: [] as number[], mailrig: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    took.bats.push((await timed(() => byBats(world, target, socket)))[1])
    took.mailrig.push((await timed(() => byMailrig(target)))[1])
  }
  return [
    { name: `${CHECKS} checks, bats and swaks`, value: median(took.bats), unit: 'ms' },
    { name: `${CHECKS} checks, mailrig`, value: median(took.mailrig), unit: 'ms' },
    {
      name: `${CHECKS} checks, bats and swaks / mailrig`,
      value: median(took.bats) / median(took.mailrig),
      unit: 'x',
      least: 5,
    },
  ]
}

async function byMailrig({ mta, release }: Platform): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--conditions=mailrig-source', VITEST, 'run', '--configLoader', 'native', '--config', CONFIG],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, BENCH_MTA: mta.name, BENCH_RELEASE: release, NO_COLOR: '1' },
    },
  )
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)))
  const code = await new Promise((resolve) => child.on('close', resolve))
  const text = output.join('')
  if (code !== 0 || !text.includes(`${CHECKS} passed`))
    throw new Error(`the checks of mailrig ended with ${code}\n${text}`)
}

async function byBats(world: World, target: Platform, socket: string): Promise<void> {
  const { docker } = world.engine
  const areas = await Promise.all(Object.keys(TOPOLOGIES).map((area) => areaOf(world, target, area as Area)))
  const suite = await Promise.all(
    (await readdir(USUAL)).map(async (name) => ({
      path: `suite/${name}`,
      content: await readFile(join(USUAL, name)),
      mode: 0o644,
    })),
  )
  const container = await docker.createContainer({
    Image: await imageTag(BATS.server, BATS.release),
    Cmd: ['--tap', '/suite'],
    Labels: labelsOf(world.run),
    Tty: true,
    HostConfig: { NetworkMode: 'host', Binds: [`${socket}:/var/run/docker.sock`] },
  })
  try {
    await container.putArchive(packTar([...suite, ...areas.flatMap(({ files }) => files)]), { path: '/' })
    const stream = await container.attach({ stream: true, stdout: true, stderr: true })
    const output: string[] = []
    stream.on('data', (chunk) => output.push(String(chunk)))
    await container.start()
    const { StatusCode } = await container.wait()
    const text = output.join('')
    if (StatusCode !== 0 || !text.includes(`1..${CHECKS}`)) {
      throw new Error(`the checks of bats ended with ${StatusCode}\n${text}`)
    }
  } finally {
    await container.remove({ force: true })
    for (const { end } of areas) end()
  }
}

type Area = keyof typeof TOPOLOGIES

/** The rendered configuration of an area's servers, as files of the suite, and their place in the networks. */
async function areaOf(world: World, { mta, release }: Platform, area: Area) {
  const topology = parseTopology(TOPOLOGIES[area])
  const numbers = { mta: world.pair.allocate(), store: world.pair.allocate(), database: undefined }
  const addresses = await layOut(world, topology, numbers)
  const clients = [addresses.mta.lan, addresses.mta.internet, addresses.store ?? '']
  const zone = world.resolver.register(clients, buildZone(topology, addresses))
  const context = { topology, release, addresses }
  const [mtaTls, storeTls] = await Promise.all([
    world.certificates.of(topology.host),
    world.certificates.of(RIG_NAMES.store),
  ])
  const { lan, internet } = world.pair.networks
  const place = {
    DNS: world.dns,
    MTA: `mailrig-${world.run.id}-usual-${area}-mta`,
    STORE: `mailrig-${world.run.id}-usual-${area}-store`,
    MTA_IMAGE: await imageTag(mta.name, release),
    STORE_IMAGE: await imageTag(store.name, release),
    MTA_HOST: topology.host,
    MTA_IP: addresses.mta.internet,
    MTA_LAN_IP: addresses.mta.lan,
    STORE_IP: addresses.store ?? '',
    LAN: lan.name,
    INTERNET: internet.name,
  }
  const lines = (of: Record<string, string>) => Object.entries(of).map(([key, value]) => `${key}=${value}\n`)
  const file = (path: string, content: string): TarInput => ({ path: `suite/${area}/${path}`, content, mode: 0o644 })
  const server = (name: string, { files, environment = {} }: Rendered): TarInput[] => [
    ...files.map(({ path, content, mode = 0o644 }) => ({ path: `suite/${area}/${name}${path}`, content, mode })),
    file(`${name}.env`, lines(environment).join('')),
  ]
  return {
    files: [
      file('place', lines(place).join('')),
      ...server('mta', mta.render({ ...context, tls: mtaTls })),
      ...server('store', store.render({ ...context, tls: storeTls })),
    ],
    end() {
      zone.unregister()
      for (const number of [numbers.mta, numbers.store]) world.pair.release(number)
    },
  }
}
