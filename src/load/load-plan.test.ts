import { expect, it } from 'vitest'
import { factsOf } from '../targets/facts-of.ts'
import { storeAccounts } from '../targets/store-accounts.ts'
import type { TopologyInput } from '../topology/schema.ts'
import { parseTopology } from '../topology/topology.ts'
import type { LoadOptions } from './load-options.ts'
import { planLoad } from './load-plan.ts'

const COMPANY: TopologyInput = {
  domains: { 'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra' } } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
}

/** What a plan is made for, where the server has this address. */
function rigAt(host: string, input: TopologyInput = COMPANY) {
  const topology = parseTopology(input)
  const networks = {
    lan: { subnet: '198.18.7.0/24', gateway: '198.18.7.1' },
    internet: { subnet: '198.19.7.0/24', gateway: '198.19.7.1' },
  }
  return {
    topology,
    facts: factsOf(topology),
    accounts: storeAccounts(topology),
    addresses: { networks, mta: { lan: host, internet: host }, dns: '198.18.7.1', upstreams: {}, smtpPort: 25 },
    approach: () => ({ host, port: 25 }),
  }
}

const plan = (options: LoadOptions = {}, input?: TopologyInput) => planLoad(rigAt('198.18.7.10', input), options)

it.each([
  '192.0.2.1',
  '8.8.8.8',
  '198.18.8.10',
  '10.0.0.1',
  '198.20.7.10',
  'mail.example.com',
  '::1',
  '2001:db8::1',
  '',
])('refuses a load on the address %s, which is none of the rig', (host) => {
  expect(() => planLoad(rigAt(host), {})).toThrow(
    expect.objectContaining({ code: 'LOAD_ADDRESS', exitCode: 2, message: expect.stringContaining('no address') }),
  )
})

it.each(['198.18.7.10', '198.19.7.10', '127.0.0.1', '127.8.9.10'])('takes %s', (host) => {
  expect(planLoad(rigAt(host), {}).endpoint.host).toBe(host)
})

it('sends to a domain elsewhere from inside, where it may, and else to a mailbox from outside', () => {
  expect(plan().recipientsOf(0)).toEqual([{ address: 'load@elsewhere.example', mailbox: false }])
  expect(plan()).toMatchObject({ side: 'lan', service: 'smtp', from: 'load@client.example', messages: 100 })
  const strangers = plan({}, { ...COMPANY, trustedNetworks: [] })
  expect(strangers.recipientsOf(3)).toEqual([{ address: 'jim@example.com', mailbox: true }])
  expect(strangers.side).toBe('internet')
  expect(plan({ auth: 'jim@example.com' })).toMatchObject({
    side: 'internet',
    service: 'submission',
    from: 'jim@example.com',
  })
})

it('has recipients take turns, and makes names up where they need not exist', () => {
  const to = ['jim@example.com', 'petra@example.com']
  const addresses = (options: LoadOptions, number: number) =>
    plan(options)
      .recipientsOf(number)
      .map(({ address }) => address)
  expect([0, 1, 2].map((number) => addresses({ to }, number)[0])).toEqual([to[0], to[1], to[0]])
  expect(addresses({ to, recipients: 2 }, 1)).toEqual(to)
  expect(addresses({ to: 'a@elsewhere.example', recipients: 3 }, 5)).toEqual([
    'a@elsewhere.example',
    'a-2@elsewhere.example',
    'a-3@elsewhere.example',
  ])
})

it('tells its own messages from those of others', () => {
  const one = plan()
  const other = plan()
  expect(one.numberOf(one.messageIdOf(17))).toBe(17)
  expect(other.numberOf(one.messageIdOf(17))).toBeUndefined()
  expect(one.numberOf('17@load.client.example')).toBeUndefined()
})

it.each<[LoadOptions, string]>([
  [{ to: 'jom@example.com' }, 'to: jom@example.com is no mailbox of example.com; did you mean "jim@example.com"?'],
  [{ to: 'sales@example.com' }, 'to: sales@example.com is no mailbox of example.com'],
  [{ auth: 'jin@example.com' }, 'auth: there is no mailbox "jin@example.com"; did you mean "jim@example.com"?'],
  [
    { to: 'a@else.example' },
    'to: nobody takes mail for else.example; somebody does for client.example, elsewhere.example',
  ],
  [{ to: 'jim@example.com', recipients: 2 }, 'recipients: each message has 2, and to names 1'],
])('refuses %j', (options, message) => {
  expect(() => plan(options)).toThrow(message)
})

it('takes any domain where a smarthost, a route or a line of its own may take it', () => {
  const to = 'a@else.example'
  const hops: TopologyInput[] = [{ smarthost: 'upstream' }, { routes: { 'else.example': 'upstream' } }]
  for (const hop of hops) {
    expect(plan({ to }, { ...COMPANY, ...hop }).recipientsOf(0)).toEqual([{ address: to, mailbox: false }])
  }
  const rig = rigAt('198.18.7.10')
  const native = {
    postfix: { 'main.cf': { transport_maps: 'inline:{ else.example=smtp:[192.0.2.1] }' }, 'master.cf': [] },
  }
  planLoad({ ...rig, topology: { ...rig.topology, native } }, { to })
  planLoad({ ...rig, facts: { ...rig.facts, origins: { domains: 'main.cf:12' } } }, { to })
})

it('refuses a load that has nowhere to go', () => {
  expect(() => plan({}, {})).toThrow('neither a mailbox nor a domain elsewhere')
})
