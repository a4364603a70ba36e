import { fateOf } from '../../engine/owner.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { imageOptionsOf, prepareEngine } from '../../rig/open-run.ts'
import { type Platform, platformName } from '../../targets/platform.ts'
import { platformNamed } from '../../targets/platform-named.ts'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import { chooseTargets } from '../choose.ts'
import { startHolders } from '../holders.ts'
import { keptRig, type RigDocument, type UnsupportedRig } from '../kept-rigs.ts'
import { loadTopology } from '../load-topology.ts'
import { type ChosenOwn, type OwnChoice, ownTarget, refuseBeside } from '../own-target.ts'

/** What `mailrig up` starts when it is given no topology. */
export const SAMPLE_TOPOLOGY: TopologyInput = {
  domains: {
    'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra' } },
  },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
}

interface UpOptions extends OwnChoice {
  mta?: string
  store?: string
  name?: string
  all?: boolean
  json?: boolean
}

/** Starts a rig, or with `all` one for each server, and prints how to reach them. */
export async function up(file: string | undefined, options: UpOptions): Promise<void> {
  refuseBeside({ ...options, ...(file === undefined ? {} : { 'a topology': file }) }, ['mta', 'store', 'a topology'])
  const own = await ownTarget(options)
  if (own !== undefined) return upOwn(own, options)
  const wanted = options.all ? matrixOf(options) : [one(options)]
  const topology = file === undefined ? SAMPLE_TOPOLOGY : await loadTopology(file)
  const images = imageOptionsOf(parseTopology(topology))
  for (const { name } of wanted) await refuseTaken(name)

  const progress = terminalProgress()
  const targets = wanted.map(({ target }) => target)
  await prepareEngine(targets, progress, images)
  const documents = await startHolders(
    wanted.map(({ name, target }) => ({
      topology,
      name,
      mta: target.mta.name,
      release: target.release,
      store: target.store?.name,
    })),
    progress,
  )
  tell(documents, options)
}

/** The same for a server of the user's own, which says by itself what its world is. */
async function upOwn({ source, target, label, releases }: ChosenOwn, options: UpOptions): Promise<void> {
  const [first] = releases
  if (!options.all && (first === undefined || releases.length > 1)) throw severalServers(releases.join(','))
  const { name = options.all ? label : 'default' } = options
  const orders = releases.map((release) => ({
    topology: {},
    name: options.all ? `${name}-${release}` : name,
    mta: label,
    release,
    adopted: source,
  }))
  for (const order of orders) await refuseTaken(order.name)
  const progress = terminalProgress()
  const engine = await prepareEngine([], progress, { accounts: [] })
  for (const release of releases) await target.prepare(engine, release, progress)
  tell(await startHolders(orders, progress), options)
}

function tell(documents: readonly (RigDocument | UnsupportedRig)[], options: UpOptions): void {
  const [only] = documents
  const text = options.json
    ? JSON.stringify(options.all ? documents : only, null, 2)
    : documents.map((document) => describe(document)).join('\n\n')
  process.stdout.write(`${text}\n`)
}

interface WantedRig {
  name: string
  target: Platform
}

/** @throws {InputError} for several servers without `--all` */
function one({ mta = 'postfix', release = 'bookworm', store, name = 'default' }: UpOptions): WantedRig {
  const several = [mta, release, store].find((value) => value?.includes(','))
  if (several !== undefined) throw severalServers(several)
  return { name, target: platformNamed({ mta, release, store }) }
}

function severalServers(several: string): InputError {
  return new InputError(`up starts one server, not ${several}`, {
    code: 'ONE_SERVER',
    remedy: 'Give --all, too: `mailrig up --all --mta postfix,exim` starts a rig for each.',
  })
}

function matrixOf(options: UpOptions): WantedRig[] {
  return chooseTargets(options).map((target) => {
    const server = platformName(target)
    return { name: options.name === undefined ? server : `${options.name}-${server}`, target }
  })
}

async function refuseTaken(name: string): Promise<void> {
  const existing = await keptRig(name)
  if (!existing || fateOf(existing.owner) !== 'alive') return
  throw new InputError(`a rig named ${JSON.stringify(name)} is up already`, {
    code: 'RIG_EXISTS',
    remedy: `End it with \`mailrig down ${name}\`, or give this one another --name.`,
  })
}

function describe(document: RigDocument | UnsupportedRig): string {
  if ('unsupported' in document) {
    const { mta, unsupported } = document
    return `${mta.name} (${mta.release}) is unsupported: ${unsupported}`
  }
  const { mta, name, endpoints, lan } = document
  const accounts = document.accounts.map(({ user, password }) => `  ${user}  password ${password}`)
  return [
    `${mta.name} ${mta.version} (${mta.release}) is up as "${name}":`,
    ...linesOf(endpoints),
    `the same for a client of the lan, ${document.lanTrusted ? 'for whom it relays' : 'a stranger like any other'}:`,
    ...linesOf(lan),
    ...(document.ipv6 ? [`by IPv6: ${document.ipv6.internet}, for a client of the lan ${document.ipv6.lan}`] : []),
    'accounts:',
    ...accounts,
    document.authorityFile === undefined
      ? 'its certificates are its own: no authority of mailrig signed them'
      : `authority of its certificates: ${document.authorityFile}`,
    `End it with: mailrig down${name === 'default' ? '' : ` ${name}`}`,
  ].join('\n')
}

function linesOf(endpoints: RigDocument['endpoints']): string[] {
  return Object.entries(endpoints).map(([name, { host, port }]) => `  ${name.padEnd(12)}${host}:${port}`)
}
