import type { Healthcheck } from '../../../engine/healthcheck.ts'
import { startImageHost } from '../../../engine/image-host.ts'
import { labelsOf } from '../../../engine/labels.ts'
import type { Readiness } from '../../../engine/readiness.ts'
import type { RunningHost } from '../../../engine/running-host.ts'
import { orUndone, type UndoStack } from '../../../rig/undo-stack.ts'
import type { World } from '../../../rig/world.ts'
import type { RigAddresses } from '../../../servers/addresses.ts'
import { type Adopted, adopt } from '../adopted.ts'
import { askMta } from '../ask-mta.ts'
import { factsOf } from '../facts-of.ts'
import { listeners } from '../listening.ts'
import { missingStore } from '../missing-store.ts'
import type { PlannedOverlay } from '../overlay.ts'
import type { ServedHost } from '../served-host.ts'
import type { Declared } from '../settings-file.ts'
import type { SourceTree } from '../source-tree.ts'
import { addressesFor, openSurroundings, registerNames } from '../surroundings.ts'
import { openWayIn, PORTS } from '../way-in.ts'
import { ELSEWHERE, localServiceNames, smarthosts, worldOf } from '../world-names.ts'
import { takeNames } from './names-in-use.ts'
import { requireImages } from './require-images.ts'
import { secretsOf } from './secrets-of.ts'
import type { LeftOut, Service, ServiceGroup } from './service.ts'
import { GroupVolumes } from './volumes.ts'

/** Bound of the wait for a service to serve, ms of an idle machine: images that render their files take their time. */
const READY_MS = 120_000

/** What a port greets with, in the order in which one is chosen to wait for. */
const GREETINGS: readonly [port: number, text: string | undefined][] = [
  [25, '220'],
  [587, '220'],
  [143, '* OK'],
  [110, '+OK'],
  [465, undefined],
  [993, undefined],
  [995, undefined],
]

/** Where the files of mail servers lie, and what tells of the system. */
const CONFIGURATION = [
  '/etc/postfix',
  '/etc/dovecot',
  '/etc/exim4',
  '/etc/mail',
  '/etc/smtpd.conf',
  '/etc/aliases',
  '/etc/mailname',
  '/etc/debian_version',
  '/usr/lib/os-release',
]

export interface ServiceOptions {
  declared: Declared
  /** Told what happens just now. */
  onStep?: (text: string) => void
}

/**
 * Runs a service as its image says, with what it depends on, in the rig's networks; then reads what it made of its
 * configuration. Nothing is laid over it: the rig's DNS alone stands around it.
 *
 * @throws {InputError} IMAGE_ABSENT, SOURCE_UNKNOWN where no mail server's files are in it; {ContainerExitError} with its
 *   last lines where it ends, {WaitError} where it does not serve in time. Nothing is left then.
 */
export async function bootService(world: World, group: ServiceGroup, options: ServiceOptions): Promise<ServedHost> {
  return orUndone((undo) => boot(world, group, options, undo))
}

async function boot(
  world: World,
  group: ServiceGroup,
  { declared, onStep = () => undefined }: ServiceOptions,
  undo: UndoStack,
): Promise<ServedHost> {
  await requireImages(world.engine, group)
  takeNames(world, group, undo)
  const number = world.pair.allocate()
  undo.push('the place in the networks', () => world.pair.release(number))
  const addresses = await addressesFor(world, number)
  const host = declared.host ?? qualified(group.mail.hostname) ?? 'mail.adopted.example'
  // Names have to be there while it starts; which ones it has itself, its files tell later.
  const first = worldOf({ host, domains: declared.domains ?? [], smarthosts: [], local: [], elsewhere: ELSEWHERE })
  const provisional = registerNames(world, addresses, first)
  undo.push('the DNS zone of the start', () => provisional.unregister())
  const beside = new Map<string, RunningHost>()
  const volumes = new GroupVolumes(world, addresses, undo)
  for (const other of group.others) {
    onStep(`starting ${other.name}`)
    beside.set(other.name, await startOther(world, other, { volumes, undo }))
  }
  onStep(`starting ${group.mail.name}, and waiting for it to serve`)
  const container = await startMail(world, group.mail, { host, addresses, volumes, undo })
  const ended = new AbortController()
  void container.exited.then(() => ended.abort(new Error('the service under test ended')))

  onStep('asking the servers what they understood')
  const adopted = adoptRunning(await filesOf(container, group.label), { declared, group, host })
  const { survey, name } = adopted
  const says = await askMta(container.exec, survey)
  const hops = smarthosts(survey, says?.postfix)
  const domains = [...(says?.domains ?? []).map((one) => one.name), ...(declared.domains ?? [])]
  const local = localServiceNames(survey).filter((one) => !group.others.some((other) => other.name === one.name))
  const elsewhere = [...ELSEWHERE, ...(declared.elsewhere ?? [])]
  const topology = worldOf({ host: name.host, domains, smarthosts: hops, local, elsewhere })
  await provisional.unregister()
  const surroundings = await openSurroundings(
    world,
    { addresses, world: topology, smarthosts: hops, ended: ended.signal, knowsNames: true },
    undo,
  )
  const { clients, endpoint } = await openWayIn(world, { container, addresses, fromAfar: true }, undo)
  const listening = await listeners(container.exec)
  const tls = await world.authority.issue({ names: [name.host] })
  return {
    adopted,
    label: group.label,
    release: adopted.release.release,
    addresses,
    container,
    beside: beside.set(group.mail.name, container),
    upstream: surroundings.upstream,
    dns: surroundings.dns,
    says,
    facts: factsOf({ adopted, says, accounts: [], listening, addresses, smarthosts: hops, clients }),
    noAccount: declared.accounts?.some(({ password }) => password !== undefined)
      ? undefined
      : 'no account is known whose password is known; name one in mailrig.yaml',
    overlays: overlaysOf(group),
    findings: [...missingStore(survey), ...(says?.findings ?? [])],
    listening,
    endpoint,
    context: { topology, release: adopted.release.release, addresses, tls },
    stop: () => undo.run(),
  }
}

const NAMES: PlannedOverlay = {
  kind: 'names',
  path: '/etc/resolv.conf',
  what: "the rig's own DNS",
  why: 'nothing leaves the rig; each name that it does not know does not exist',
  from: 'the image',
  steps: [],
}

/** What stands around the service, and what of its compose file is left out. */
export function overlaysOf({ left }: ServiceGroup): PlannedOverlay[] {
  return [NAMES, ...left.map(asOverlay)]
}

function asOverlay({ path, reason, at }: LeftOut): PlannedOverlay {
  return {
    kind: 'compose',
    path,
    what: reason,
    why: 'a rig has nothing of the host that the file was written for',
    from: at,
    steps: [],
  }
}

interface Means {
  volumes: GroupVolumes
  undo: UndoStack
}

async function startMail(
  world: World,
  mail: Service,
  { host, addresses, volumes, undo }: Means & { host: string; addresses: RigAddresses },
): Promise<RunningHost> {
  const ports = mail.ports.length > 0 ? mail.ports : await exposedPorts(world, mail.image)
  const [port, text] = GREETINGS.find(([one]) => ports.includes(one)) ?? [25, '220']
  const readiness: Readiness = text === undefined ? { kind: 'listening', port } : { kind: 'greeting', port, text }
  const { run } = world
  const container = await startImageHost(world.engine, {
    ...specOf(world, mail, volumes),
    name: `mailrig-${run.id}-${addresses.mta.lan.replaceAll('.', '-')}-service`,
    hostname: host,
    addresses: addresses.mta,
    publish: PORTS,
    readiness: [readiness],
    readyTimeoutMs: READY_MS,
  })
  undo.push('the service', () => container.stop())
  return container
}

/** What the image itself says that it serves (EXPOSE). */
async function exposedPorts(world: World, image: string): Promise<number[]> {
  const { Config } = await world.engine.docker.getImage(image).inspect()
  return Object.keys(Config?.ExposedPorts ?? {}).map((one) => Number.parseInt(one, 10))
}

async function startOther(world: World, other: Service, { volumes, undo }: Means): Promise<RunningHost> {
  const number = world.pair.allocate()
  undo.push(`the place of ${other.name}`, () => world.pair.release(number))
  const lan = world.pair.address(number, 'lan')
  const container = await startImageHost(world.engine, {
    ...specOf(world, other, volumes),
    name: `mailrig-${world.run.id}-${lan.replaceAll('.', '-')}-${other.name.replace(/[^\w.-]/g, '-')}`,
    hostname: other.hostname ?? other.name,
    addresses: { lan },
    publish: [],
    readiness: awaitedOf(other),
    readyTimeoutMs: READY_MS,
  })
  undo.push(other.name, () => container.stop())
  return container
}

function awaitedOf({ awaited }: Service): Readiness[] {
  if (awaited === undefined) return []
  return [awaited === 'healthy' ? { kind: 'healthcheck' } : { kind: 'exit', code: 0 }]
}

/** How often a service is asked whether it is well that others wait for, where its image says how. */
const ITS_OWN: Healthcheck = { test: [], intervalMs: 500 }

function specOf(world: World, service: Service, volumes: GroupVolumes) {
  const { image, environment, command, entrypoint, files, tmpfs, settings, name, awaited } = service
  const healthcheck = service.healthcheck ?? (awaited === 'healthy' ? ITS_OWN : undefined)
  return {
    image,
    environment,
    files,
    tmpfs,
    settings,
    ...volumes.of(service),
    pair: world.pair,
    labels: labelsOf(world.run),
    dns: world.dns,
    entrance: world.entrance,
    aliases: [...new Set([name, ...service.aliases])].filter((one) => /^[\w.-]+$/.test(one)),
    ...(healthcheck === undefined ? {} : { healthcheck }),
    ...(command === undefined ? {} : { command }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(service.user === undefined ? {} : { user: service.user }),
  }
}

/** What its servers read, as it lies there now that it has started. */
async function filesOf(container: RunningHost, label: string): Promise<SourceTree> {
  const read = await Promise.all(CONFIGURATION.map((path) => container.read(path)))
  const files = read.flat().map(({ path, content, mode }) => {
    const at = path === '/usr/lib/os-release' ? '/etc/os-release' : path
    return [at, { path: at, content, mode }] as const
  })
  return { label, files: new Map(files), left: [] }
}

function adoptRunning(
  tree: SourceTree,
  { declared, group, host }: { declared: Declared; group: ServiceGroup; host: string },
): Adopted {
  const adopted = adopt(tree, declared, { secrets: secretsOf(group), running: true })
  const told = qualified(group.mail.hostname)
  // The files of an image often have a name that nobody uses; what the container is called counts.
  if (declared.host !== undefined || told === undefined) return adopted
  return { ...adopted, name: { host, from: `${group.label}: hostname` } }
}

function qualified(name: string | undefined): string | undefined {
  return name?.includes('.') ? name.toLowerCase() : undefined
}
