import { fateOf } from '../../engine/owner.ts'
import { terminalProgress } from '../../engine/progress.ts'
import { InputError } from '../../errors/mailrig-error.ts'
import { prepareEngine } from '../../rig/open-run.ts'
import { type Platform, platformName } from '../../targets/platform.ts'
import { platformNamed } from '../../targets/platform-named.ts'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import { chooseTargets } from '../choose.ts'
import { startHolders } from '../holders.ts'
import { keptRig, type RigDocument, type UnsupportedRig } from '../kept-rigs.ts'
import { loadTopology } from '../load-topology.ts'

/** What `mailrig up` starts when it is given no topology. */
export const SAMPLE_TOPOLOGY: TopologyInput = {
  domains: {
    'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra' } },
  },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
}

interface UpOptions {
  mta?: string
  release?: string
  store?: string
  name?: string
  all?: boolean
  json?: boolean
}

/** Starts a rig, or with `all` one for each server, and prints how to reach them. */
export async function up(file: string | undefined, options: UpOptions): Promise<void> {
  const wanted = options.all ? matrixOf(options) : [one(options)]
  const topology = file === undefined ? SAMPLE_TOPOLOGY : await loadTopology(file)
  const { accounts } = parseTopology(topology)
  for (const { name } of wanted) await refuseTaken(name)

  const progress = terminalProgress()
  const targets = wanted.map(({ target }) => target)
  await prepareEngine(targets, progress, { database: accounts === 'postgresql' })
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
  if (several !== undefined) {
    throw new InputError(`up starts one server, not ${several}`, {
      code: 'ONE_SERVER',
      remedy: 'Give --all, too: `mailrig up --all --mta postfix,exim` starts a rig for each.',
    })
  }
  return { name, target: platformNamed({ mta, release, store }) }
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
    'the same for a client of the lan, which `trustedNetworks: [lan]` trusts:',
    ...linesOf(lan),
    'accounts:',
    ...accounts,
    `authority of its certificates: ${document.authorityFile}`,
    `End it with: mailrig down${name === 'default' ? '' : ` ${name}`}`,
  ].join('\n')
}

function linesOf(endpoints: RigDocument['endpoints']): string[] {
  return Object.entries(endpoints).map(([name, { host, port }]) => `  ${name.padEnd(12)}${host}:${port}`)
}
