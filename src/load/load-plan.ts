import { randomBytes } from 'node:crypto'
import { oneOfThese } from '../errors/did-you-mean.ts'
import type { Rig } from '../rig/rig.ts'
import type { Facts } from '../targets/facts.ts'
import type { StoreAccount } from '../targets/store-accounts.ts'
import type { Topology } from '../topology/topology.ts'
import { checkLoadOptions, type LoadOptions } from './load-options.ts'
import { loadOptionsError } from './load-options-error.ts'
import { type LoadPlan, type LoadRecipient, planOf } from './load-plan-data.ts'
import { refuseOtherAddress } from './own-address.ts'

/** Who is there, as far as a load has to know: of a rig, or of a topology that will be one. */
export interface LoadWorld {
  topology: Topology
  facts: Facts
  accounts: readonly StoreAccount[]
}

/** What a plan is made for. */
type LoadedRig = LoadWorld & Pick<Rig, 'addresses' | 'approach'>

/**
 * Whether the options make sense where these mailboxes and domains are.
 *
 * @param nameOf how an option is called where it was written
 * @throws {InputError} LOAD_OPTIONS
 */
export function checkLoad(world: LoadWorld, options: LoadOptions, nameOf?: (key: string) => string): void {
  checkLoadOptions(options, nameOf)
  whoAndWhere(world, options, nameOf)
}

/**
 * Decides what the options leave open.
 *
 * @throws {InputError} LOAD_OPTIONS, LOAD_ADDRESS; nothing was begun.
 */
export function planLoad(rig: LoadedRig, options: LoadOptions): LoadPlan {
  checkLoadOptions(options)
  const { auth, list, recipients } = whoAndWhere(rig, options)
  const service = auth ? 'submission' : 'smtp'
  const side = auth || list.every(({ mailbox }) => mailbox) || !rig.facts.trusted.includes('lan') ? 'internet' : 'lan'
  const endpoint = rig.approach(service, side)
  refuseOtherAddress(endpoint.host, rig.addresses)
  const turns = list.map((_, turn) =>
    Array.from({ length: recipients }, (_, index) => recipientAt(list, turn * recipients + index, index)),
  )
  return planOf({
    messages: options.messages ?? (options.seconds === undefined ? 100 : undefined),
    seconds: options.seconds,
    connections: options.connections ?? 10,
    messagesPerConnection: options.messagesPerConnection ?? 100,
    size: options.size ?? '1k',
    recipients,
    from: options.from ?? auth?.address ?? 'load@client.example',
    tls: options.tls ?? false,
    auth,
    pipelining: options.pipelining,
    bdat: options.bdat ?? false,
    until: options.until ?? 'delivered',
    waitMs: options.waitMs,
    side,
    service,
    endpoint,
    run: `load.${randomBytes(6).toString('hex')}.`,
    turns,
  })
}

interface WhoAndWhere {
  auth: StoreAccount | undefined
  list: LoadRecipient[]
  recipients: number
}

function whoAndWhere(
  world: LoadWorld,
  options: LoadOptions,
  nameOf: (key: string) => string = (key) => key,
): WhoAndWhere {
  const auth = options.auth === undefined ? undefined : accountOf(world, options.auth, nameOf('auth'))
  const to = options.to === undefined ? [defaultRecipient(world, nameOf('to'))] : [options.to].flat()
  const list = to.map((address) => ({ address, mailbox: isMailbox(world, address, nameOf('to')) }))
  const recipients = options.recipients ?? 1
  if (list.some(({ mailbox }) => mailbox) && recipients > list.length) {
    throw loadOptionsError(
      `${nameOf('recipients')}: each message has ${recipients}, and ${nameOf('to')} names ${list.length}`,
      `Name as many mailboxes in ${nameOf('to')}, or send to a domain of the topology’s \`internet\`, where every name is taken.`,
    )
  }
  return { auth, list, recipients }
}

/** The domain of the usual sender. */
const CLIENT = 'client.example'

/** Takes turns; where one message needs an address twice, it has a number the second time. */
function recipientAt(list: readonly LoadRecipient[], turn: number, index: number): LoadRecipient {
  const one = list[turn % list.length] as LoadRecipient
  const again = Math.floor(index / list.length)
  return again === 0 ? one : { ...one, address: one.address.replace('@', `-${again + 1}@`) }
}

function accountOf({ accounts }: LoadWorld, name: string, option: string): StoreAccount {
  const found = accounts.find(({ user, address }) => user === name || address === name)
  if (found) return found
  const users = accounts.map(({ user }) => user)
  throw loadOptionsError(
    `${option}: there is no mailbox ${JSON.stringify(name)}; ${oneOfThese(name, users)}`,
    'Name a mailbox that the topology declares.',
  )
}

/** @throws {InputError} LOAD_OPTIONS for an address of the server's own domains that is no mailbox, or of a domain that nobody takes. */
function isMailbox({ topology, accounts, facts }: LoadWorld, address: string, option: string): boolean {
  const wanted = address.toLowerCase()
  if (accounts.some((account) => account.address.toLowerCase() === wanted)) return true
  const domain = wanted.slice(wanted.lastIndexOf('@') + 1)
  const declared = facts.domains.find(({ name }) => name === domain)
  if (!declared) refuseNobodys({ topology, facts }, address, option)
  if (!declared || declared.kind === 'relay') return false
  const addresses = accounts.map((account) => account.address)
  throw loadOptionsError(
    `${option}: ${address} is no mailbox of ${domain}; ${oneOfThese(address, addresses)}`,
    'Name a mailbox, or an address of a domain of the topology’s `internet`: there each message can be told from the others.',
  )
}

/** @throws {InputError} LOAD_OPTIONS where no upstream takes mail for the domain of an address */
function refuseNobodys({ topology, facts }: Omit<LoadWorld, 'accounts'>, address: string, option: string): void {
  const { smarthost, routes, senderRoutes, internet, native } = topology
  // A configuration that mailrig did not write, or not all of it, may know another way.
  if (facts.origins.domains !== 'the topology' || Object.keys(native).length > 0) return
  if (smarthost || facts.smarthost !== undefined || Object.keys(senderRoutes).length > 0) return
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const taken = [...Object.keys(internet), ...Object.keys(routes)]
  if (taken.includes(domain)) return
  throw loadOptionsError(
    `${option}: nobody takes mail for ${domain}; somebody does for ${taken.join(', ')}`,
    'Name a mailbox, or an address of one of these; the topology declares them under `internet`.',
  )
}

function defaultRecipient({ topology, accounts, facts }: LoadWorld, option: string): string {
  const own = new Set(facts.domains.filter(({ kind }) => kind !== 'relay').map(({ name }) => name))
  // Bounces go to the client's domain: what comes there is not to be mixed up with them.
  const elsewhere = Object.entries(topology.internet).find(
    ([name, { mx }]) => !own.has(name) && name !== CLIENT && mx.some(({ upstream }) => upstream !== undefined),
  )
  if (elsewhere && facts.trusted.includes('lan')) return `load@${elsewhere[0]}`
  const [account] = accounts
  if (account) return account.address
  throw loadOptionsError(
    'the topology declares neither a mailbox nor a domain elsewhere that trusted clients may send to',
    `Say where the messages go, by ${option}, or declare \`internet: ['elsewhere.example']\` and \`trustedNetworks: ['lan']\`.`,
  )
}
