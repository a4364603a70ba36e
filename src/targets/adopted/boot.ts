import { bootServer } from '../../engine/container.ts'
import { labelsOf } from '../../engine/labels.ts'
import { startMachine } from '../../engine/machine.ts'
import type { RunningContainer } from '../../engine/running-host.ts'
import { orUndone, type UndoStack } from '../../rig/undo-stack.ts'
import type { World } from '../../rig/world.ts'
import type { RigAddresses } from '../../servers/addresses.ts'
import type { Adoption } from '../../servers/adoption.ts'
import type { Release } from '../../servers/release.ts'
import { resolverEnvironment } from '../../servers/resolver-environment.ts'
import type { Adopted } from './adopted.ts'
import { adoptedFiles } from './adopted-files.ts'
import { adoptionOf, textsOf } from './adoption-of.ts'
import { applyOverlays, type FailedOverlay } from './apply-overlays.ts'
import { askMta } from './ask-mta.ts'
import { factsOf } from './facts-of.ts'
import { dkimRecords } from './filters/dkim-keys.ts'
import type { Finding } from './finding.ts'
import { listeners } from './listening.ts'
import { missingStore } from './missing-store.ts'
import type { MtaSays } from './mta-says.ts'
import type { OverlayKind, PlannedOverlay } from './overlay.ts'
import { accountOverlays } from './overlays/accounts.ts'
import { databaseOverlays } from './overlays/databases.ts'
import { mailFolderOverlays } from './overlays/mail-folders.ts'
import { packageFileOverlays } from './overlays/package-files.ts'
import type { PlanInput, RigCertificate } from './plan.ts'
import { pathsNamed, planOverlays } from './plan-overlays.ts'
import type { ServedHost } from './served-host.ts'
import { originOf } from './settings.ts'
import { accountsAreInSql } from './sql-queries.ts'
import { restartMta, startServers } from './start-servers.ts'
import { addressesFor, openSurroundings } from './surroundings.ts'
import { testAccounts } from './test-accounts.ts'
import { openWayIn, PORTS } from './way-in.ts'
import { ELSEWHERE, localServiceNames, smarthosts, worldOf } from './world-names.ts'

export interface BootOptions {
  /** The image with the packages; see {@link ensureAdoptedImage}. */
  image: string
  release: Release
  /** Kinds of overlays that are left out. */
  without?: ReadonlySet<OverlayKind>
  /** Told what happens just now. */
  onStep?: (text: string) => void
}

/** A configuration that runs in a rig. */
export interface AdoptedHost extends ServedHost {
  container: RunningContainer
  authority: string
  restart(): Promise<void>
}

/** Those of Debian's servers, as its engine gives them to any container. */
const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
  'SYS_CHROOT',
]

/** Where servers log that do not use the system log, and jails whose servers do. */
function logsOf(adoption: Adoption | undefined): Record<string, string> {
  const { jails = [], logs = [] } = adoption ?? {}
  return {
    ...(jails.length > 0 ? { MAILRIG_JAILS: jails.join(' ') } : {}),
    ...(logs.length > 0 ? { MAILRIG_LOGS: logs.join(' ') } : {}),
  }
}

/** A container's name where the configuration's own was left out. */
const UNNAMED = 'unnamed'

/**
 * Runs a configuration in a container that carries the MTA and Dovecot together, as one host does. Resolves when its
 * servers were started, whether they run or not: what they said is in `findings`.
 *
 * @throws {EngineError} when the engine fails; nothing is left then.
 */
export async function bootAdopted(world: World, adopted: Adopted, options: BootOptions): Promise<AdoptedHost> {
  return orUndone((undo) => boot(world, adopted, options, undo))
}

async function boot(
  world: World,
  adopted: Adopted,
  { image, release, without = new Set(), onStep = () => undefined }: BootOptions,
  undo: UndoStack,
): Promise<AdoptedHost> {
  const { survey, name } = adopted
  const adoption = adoptionOf(survey)
  const number = world.pair.allocate()
  undo.push('the place in the networks', () => world.pair.release(number))
  const addresses = await addressesFor(world, number)
  const keeps = (overlay: PlannedOverlay) => !without.has(overlay.kind)

  onStep('making the host')
  const hostname = without.has('host-name') ? UNNAMED : name.host
  const container = await startHost(
    world,
    { image, host: hostname, addresses, ipv6: !without.has('ipv6'), logs: logsOf(adoption) },
    undo,
  )
  const ended = new AbortController()
  void container.exited.then(() => ended.abort(new Error('the host under test ended')))

  const { files, overlays: owners } = adoptedFiles(survey.tree, { asGiven: without.has('owners') })
  await emptyFolders(container, adopted)
  await container.write(files.map(({ file }) => file))
  const accounts = accountOverlays(await missingAccounts(container, adopted)).filter(keeps)
  const failed: FailedOverlay[] = await applyOverlays(container, accounts)
  await giveOwners(container, files)
  const packageFiles = packageFileOverlays(survey).filter(keeps)
  failed.push(...(await applyOverlays(container, packageFiles)))
  if (adoption?.distrustsNew !== undefined) {
    await container.exec(['find', adoption.distrustsNew, '-type', 'f', '-exec', 'touch', '-d', '@1', '{}', '+'])
  }

  onStep('asking the servers what they understood')
  const says = await askMta(container.exec, survey)
  const hops = without.has('smarthost') ? [] : smarthosts(survey, says?.postfix)
  const named = says?.domains ?? []
  const ownDomain = virtualDomain(adopted, named)
  const inSql = accountsAreInSql(survey) && !named.some((one) => one.name === ownDomain)
  if (inSql) named.push({ name: ownDomain, kind: 'virtual-mailbox', from: 'the rows that mailrig declares' })
  const domains = [...named.map((one) => one.name), ...(adopted.declared.domains ?? [])]
  const elsewhere = [...ELSEWHERE, ...(adopted.declared.elsewhere ?? [])]
  const local = localServiceNames(survey)
  const topology = worldOf({ host: name.host, domains, smarthosts: hops, local, elsewhere })
  const surroundings = await openSurroundings(
    world,
    {
      addresses,
      world: topology,
      smarthosts: hops,
      ended: ended.signal,
      knowsNames: !without.has('names'),
      texts: dkimRecords(survey.tree),
    },
    undo,
  )

  onStep('laying over what a rig has not')
  const tls: RigCertificate = await world.authority.issue({ names: certificateNames(name.host, domains) })
  const present = await presentPaths(container, pathsNamed(survey, says?.postfix))
  const input: PlanInput = {
    survey,
    release,
    host: name.host,
    tls,
    exists: (path) => present.has(path),
    ...(says?.postfix ? { postfix: says.postfix } : {}),
  }
  const declaresLogin = adopted.declared.accounts?.some(({ password }) => password !== undefined) ?? false
  const test =
    declaresLogin || without.has('test-account') ? undefined : testAccounts(input, { domains: named, ownDomain })
  const fromAfar = !without.has('trust')
  const { distant, clients, endpoint } = await openWayIn(world, { container, addresses, fromAfar }, undo)
  const planned = [
    ...trustOverlay(input, distant),
    ...databaseOverlays(survey, { domain: ownDomain, accounts: test?.accounts ?? [] }, adopted.seed),
    ...mailFolderOverlays(input, adopted.accounts),
    ...(test?.overlays ?? []),
    ...planOverlays(input, { smarthosts: hops, local, addresses }),
  ].filter(keeps)
  failed.push(...(await applyOverlays(container, planned)))

  onStep('starting the servers')
  const started = await startServers(container, input)
  const listening = await listeners(container.exec)
  // The next to be started belongs to a message, and is waited for.
  await container.takeAsResident()
  return {
    adopted,
    label: release,
    release,
    addresses,
    container,
    upstream: surroundings.upstream,
    dns: surroundings.dns,
    authority: tls.authority,
    says,
    facts: factsOf({
      adopted,
      says,
      accounts: test?.accounts ?? [],
      listening,
      addresses,
      smarthosts: hops,
      clients,
    }),
    noAccount: test?.reason,
    overlays: [...owners.filter(keeps), ...packageFiles, ...accounts, ...planned],
    findings: [...missingStore(survey), ...(says?.findings ?? []), ...failed.map(findingOf), ...started].map((one) =>
      masked(one, adopted),
    ),
    listening,
    endpoint,
    context: { topology, release, addresses, tls },
    restart: () => restartMta(container, survey.mta?.name),
    stop: () => undo.run(),
  }
}

/** No name of this world keeps its answer back. */
const ANSWERED = { internet: {} }

interface HostWanted {
  image: string
  host: string
  addresses: RigAddresses
  ipv6: boolean
  /** For the entrypoint. */
  logs: Readonly<Record<string, string>>
}

async function startHost(
  world: World,
  { image, host, addresses, ipv6, logs }: HostWanted,
  undo: UndoStack,
): Promise<RunningContainer> {
  const { engine, run, pair } = world
  const machine = await startMachine(engine, {
    image,
    hostname: host,
    name: `mailrig-${run.id}-${addresses.mta.lan.replaceAll('.', '-')}-host`,
    pair,
    addresses: addresses.mta,
    capabilities: CAPABILITIES,
    labels: labelsOf(run),
    publish: PORTS,
    ...(ipv6 ? { sysctls: { 'net.ipv6.conf.lo.disable_ipv6': '0' } } : {}),
  })
  const container = await bootServer(
    machine,
    { environment: { ...resolverEnvironment({ topology: ANSWERED, addresses }), ...logs }, readiness: [] },
    { finish: () => machine.remove() },
  )
  undo.push('the host', () => container.stop())
  return container
}

/** What the package puts into the folder of a server is not part of the configuration that was given. */
async function emptyFolders({ exec }: RunningContainer, { survey }: Adopted): Promise<void> {
  const { tree, dovecot } = survey
  const remove: string[] = []
  if (dovecot) {
    remove.push('/etc/dovecot/*.conf', '/etc/dovecot/*.ext')
    if ([...tree.files.keys()].some((path) => path.startsWith('/etc/dovecot/conf.d/')))
      remove.push('/etc/dovecot/conf.d')
  }
  remove.push(...(adoptionOf(survey)?.packageFiles?.(textsOf(tree)) ?? []))
  if (remove.length > 0) await exec(['sh', '-c', `rm -rf ${remove.join(' ')}`])
}

/** Those that the system has not, with the ids that the configuration fixes. */
async function missingAccounts({ exec }: RunningContainer, { accounts }: Adopted): Promise<Adopted['accounts']> {
  const { stdout } = await exec(['getent', 'passwd'])
  const present = new Set(stdout.split('\n').map((line) => line.split(':', 1).join('')))
  return accounts.filter(({ name }) => !present.has(name))
}

async function giveOwners(
  { exec }: RunningContainer,
  files: readonly { file: { path: string }; owner?: { user: string; group: string } }[],
): Promise<void> {
  const lines = files.flatMap(({ file, owner }) =>
    owner && (owner.user !== 'root' || owner.group !== 'root') ? [`${owner.user}:${owner.group}\t${file.path}`] : [],
  )
  if (lines.length === 0) return
  // One that the host has not belongs to root, as it did.
  await exec(['sh', '-c', 'while IFS="\t" read -r owner path; do chown "$owner" "$path" 2>/dev/null || :; done'], {
    input: `${lines.join('\n')}\n`,
  })
}

async function presentPaths({ exec }: RunningContainer, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set()
  const { stdout } = await exec(['sh', '-c', 'while IFS= read -r path; do [ ! -e "$path" ] || echo "$path"; done'], {
    input: `${paths.join('\n')}\n`,
  })
  return new Set(stdout.split('\n').filter(Boolean))
}

/** The rig's own networks are the host's: a server that trusts its networks would trust every client of the rig. */
function trustOverlay({ survey, postfix }: PlanInput, distant: string | undefined): PlannedOverlay[] {
  if (distant === undefined) return []
  const parameter = survey.main.settings.some(({ name }) => name === 'mynetworks') ? 'mynetworks' : 'mynetworks_style'
  return [
    {
      kind: 'trust',
      path: distant,
      what: 'the address of strangers, on no network of the host',
      why: 'where the host trusts its own networks, every client of a rig would pass for a friend',
      from: postfix ? originOf(survey, parameter) : (survey.mta?.at.file ?? ''),
      steps: [],
    },
  ]
}

/** The domain of accounts that are in a database: as declared, as named, else that of the host. */
function virtualDomain({ declared, name }: Adopted, named: MtaSays['domains']): string {
  return (
    declared.domains?.[0] ??
    named.find(({ kind }) => kind === 'virtual-mailbox')?.name ??
    name.host.replace(/^[^.]+\.(?=[^.]+\.)/, '')
  )
}

/** Every name under which a client may look for the host. */
function certificateNames(host: string, domains: readonly string[]): [string, ...string[]] {
  const prefixes = ['mail', 'smtp', 'imap', 'pop3', 'mx']
  const all = domains.flatMap((domain) => [domain, ...prefixes.map((prefix) => `${prefix}.${domain}`)])
  return [host, ...new Set(all.filter((one) => one !== host && !one.startsWith('localhost'))), 'localhost']
}

function findingOf({ overlay, reason }: FailedOverlay): Finding {
  return {
    severity: 'fault',
    server: overlay.kind === 'tables' ? 'postfix' : 'mailrig',
    message: `${overlay.path}: ${reason}`,
    place: overlay.from,
  }
}

function masked(finding: Finding, { mask }: Adopted): Finding {
  return { ...finding, message: mask(finding.message) }
}
