import { once } from 'node:events'
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Engine } from '../../engine/engine.ts'
import { fateOf } from '../../engine/owner.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { Recording } from '../../record/recording.ts'
import { type ProxyOptions, RecordingProxy } from '../../record/recording-proxy.ts'
import { targetProject } from '../../report/project-name.ts'
import { imageOptionsOf, openRun, prepareEngine } from '../../rig/open-run.ts'
import type { Rig } from '../../rig/rig.ts'
import { startRig } from '../../rig/start-rig.ts'
import type { World } from '../../rig/world.ts'
import type { FrontMatter } from '../../session-file/statement.ts'
import { platformNamed } from '../../targets/platform-named.ts'
import { createAuthority } from '../../tls/authority.ts'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import { hostAndPort } from '../host-and-port.ts'
import { keptRig } from '../kept-rigs.ts'
import { loadTopology } from '../load-topology.ts'
import { type OwnChoice, ownTarget, refuseBeside } from '../own-target.ts'
import { namesOfProxy } from '../proxy-names.ts'
import { SAMPLE_TOPOLOGY } from './up.ts'

interface RecordOptions extends Pick<OwnChoice, 'target' | 'image' | 'settings' | 'release'> {
  output: string
  rig?: string
  to?: string
  listen: string
  service: 'smtp' | 'submission'
  mta?: string
}

/** What is recorded: a server, and what the file says of it. */
interface Source extends Pick<ProxyOptions, 'server' | 'certificate' | 'trust'> {
  front: FrontMatter
  accounts: { user: string; password: string }[]
}

export async function record(topologyFile: string | undefined, options: RecordOptions): Promise<void> {
  const { rig, to, target, image } = options
  const chosen = [topologyFile, rig, to, target, image].filter((one) => one !== undefined)
  if (chosen.length > 1) {
    throw new InputError(
      'a topology, --rig, --to, --target and --image name different servers, and several were given',
      {
        code: 'RECORD_WHAT',
        remedy:
          'Name one server: a topology to start, --rig with the name of a kept one, --to host:port, or --target or --image for one of your own.',
      },
    )
  }
  refuseBeside(options, ['mta'])
  const listen = hostAndPort(options.listen, '--listen')
  await checkOutput(options.output)
  if (to !== undefined) return recordFrom(await hostSource(to), listen, options)
  if (rig !== undefined) return recordFrom(await keptSource(rig, options), listen, options)
  await recordRig(await startable(topologyFile, options), listen, options)
}

/** A rig that is to be started for the recording alone. */
interface Startable {
  engine: Engine
  /** As the file is to declare it. */
  topology: TopologyInput
  start(world: World): Promise<Rig>
}

/** Of a server of the user's own, or of a topology. @throws {InputError} for several releases */
async function startable(topologyFile: string | undefined, options: RecordOptions): Promise<Startable> {
  const { target: folder, image, settings, release: releaseName } = options
  const own = await ownTarget({ target: folder, image, settings, release: releaseName })
  if (own === undefined) return rendered(topologyFile, options)
  const { target, label, releases } = own
  const [release, ...others] = releases
  if (release === undefined || others.length > 0) {
    throw new InputError(`record starts one server, not ${releases.join(',')}`, {
      code: 'ONE_SERVER',
      remedy: 'Name one Debian release with --release.',
    })
  }
  const progress = terminalProgress()
  const engine = await prepareEngine([], progress, { accounts: [] })
  await target.prepare(engine, release, progress)
  const name = targetProject(label, release)
  return { engine, topology: {}, start: (world) => target.start(world, { name, release, topology: {} }) }
}

async function rendered(
  topologyFile: string | undefined,
  { mta = 'postfix', release = 'bookworm' }: RecordOptions,
): Promise<Startable> {
  const input = topologyFile === undefined ? SAMPLE_TOPOLOGY : await loadTopology(topologyFile)
  const topology = parseTopology(input)
  const platform = platformNamed({ mta, release })
  const engine = await prepareEngine([platform], terminalProgress(), imageOptionsOf(topology))
  return { engine, topology: input, start: (world) => startRig({ topology, ...platform, world }) }
}

/** Before anything is said: a recording that cannot be written is lost. */
async function checkOutput(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  const problem = there?.isDirectory()
    ? 'it is a folder'
    : await access(there ? path : dirname(resolve(path)), constants.W_OK).then(
        () => undefined,
        (error: Error) => error.message,
      )
  if (problem === undefined) return
  throw new InputError(`${path} cannot be written: ${problem}`, {
    code: 'RECORD_OUTPUT',
    remedy: 'Give -o the name of a file in a folder that exists.',
  })
}

async function recordRig(
  { engine, topology, start }: Startable,
  listen: ProxyOptions['listen'],
  options: RecordOptions,
): Promise<void> {
  const interrupted = interruption()
  const run = await openRun(engine)
  try {
    const starting = start(run.world)
    // Its end is that of the run; nobody asks why.
    starting.catch(() => undefined)
    const rig = await Promise.race([starting, interrupted.then(() => undefined)])
    if (!rig) return
    const { host } = rig.topology
    const [version, certificate] = await Promise.all([rig.mta.version(), run.world.authority.issue(namesOfProxy(host))])
    const source = {
      server: rig.endpoint(options.service),
      certificate,
      trust: rig.trust,
      front: frontOf(topology, { name: rig.mta.name, version, release: rig.mta.release }),
      accounts: rig.accounts,
    }
    await recordFrom(source, listen, options, interrupted)
    await rig.stop()
  } finally {
    await run.close()
  }
}

/** Resolves at the first signal; a second one ends the process, and the watchdog cleans up. */
async function interruption(): Promise<void> {
  const over = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal, { signal: over.signal }))
  // Those that are called off reject.
  for (const signal of signals) signal.catch(() => undefined)
  await Promise.race(signals)
  over.abort()
}

async function keptSource(name: string, { service }: RecordOptions): Promise<Source> {
  const kept = await keptRig(name)
  if (!kept || fateOf(kept.owner) !== 'alive') {
    throw new InputError(`there is no rig named ${JSON.stringify(name)}`, {
      code: 'NO_SUCH_RIG',
      remedy: 'Start one with `mailrig up`, or see `mailrig doctor` for those there are.',
    })
  }
  const { document, topology, proxy } = kept
  const { mta, accounts, authority, endpoints } = document
  const server = endpoints[service]
  if (!server) throw new Error(`the rig ${name} has no endpoint ${service}`)
  return {
    server,
    certificate: proxy,
    trust: { ...(authority === undefined ? {} : { ca: authority }), servername: mta.host },
    front: frontOf(topology, mta),
    accounts,
  }
}

/** A server that is not ours: nothing is known of its world, and nobody vouches for its certificate. */
async function hostSource(to: string): Promise<Source> {
  const server = hostAndPort(to, '--to')
  const authority = await createAuthority()
  const certificate = await authority.issue(namesOfProxy(server.host))
  return { server, certificate, front: { title: `recorded from ${to}`, topology: {} }, accounts: [] }
}

function frontOf(topology: TopologyInput, mta: { name: string; version: string; release: string }): FrontMatter {
  return {
    title: `recorded from ${mta.name} ${mta.version} (${mta.release})`,
    topology: topology as Record<string, unknown>,
  }
}

/** Records until Ctrl-C, and writes what was said. */
async function recordFrom(
  source: Source,
  listen: ProxyOptions['listen'],
  options: RecordOptions,
  interrupted = interruption(),
): Promise<void> {
  const { front, accounts, ...server } = source
  const recording = new Recording(options.service, accounts)
  const proxy = await RecordingProxy.open({
    ...server,
    listen,
    recording,
    onError: (error) => process.stderr.write(`a connection failed: ${error.message}\n`),
  })
  const { host, port } = proxy.address
  process.stderr.write(`recording on ${host}:${port}; Ctrl-C ends it and writes ${options.output}\n`)
  await interrupted
  await proxy.close()
  if (recording.connections === 0) {
    process.stderr.write(`nobody came; ${options.output} was not written\n`)
    return
  }
  await writeFile(options.output, recording.print(front))
  const { connections } = recording
  process.stderr.write(`wrote ${options.output}: ${connections} ${connections === 1 ? 'connection' : 'connections'}\n`)
}
