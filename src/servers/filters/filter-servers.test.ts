import { expect, it } from 'vitest'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import { settingLines } from './filter-server.ts'
import { filterFiles, filterServersFor, filterServersOf } from './filter-servers.ts'

const ADDRESSES = {
  networks: {
    lan: { subnet: '198.18.1.0/24', gateway: '198.18.1.1' },
    internet: { subnet: '198.18.2.0/24', gateway: '198.18.2.1' },
  },
  mta: { lan: '198.18.1.2', internet: '198.18.2.2' },
  store: '198.18.1.3',
  filterServers: '198.18.1.4',
  dns: '198.18.1.1',
  upstreams: {},
  smtpPort: 25,
}

function files(input: TopologyInput): Record<string, string> {
  const context = {
    topology: parseTopology(input),
    addresses: ADDRESSES,
    signingKey: (domain: string) => `the key of ${domain}\n`,
  }
  return Object.fromEntries(
    filterFiles(filterServersOf(context.topology), context).map(({ path, content }) => [path, String(content)]),
  )
}

it('runs what the topology names, and nothing else, in the order in which results are told', () => {
  const names = (input: TopologyInput) => filterServersOf(parseTopology(input)).map(({ name }) => name)
  expect(names({})).toEqual([])
  expect(names({ filters: { opendmarc: {}, opendkim: {}, 'policyd-spf': {} } })).toEqual([
    'policyd-spf',
    'opendkim',
    'opendmarc',
  ])
  expect(names({ rewriting: { srs: 'mx.example.com' } })).toEqual(['postsrsd'])
})

it('runs none that the MTA does not ask', () => {
  const topology = parseTopology({ rewriting: { srs: 'mx.example.com' } })
  expect(filterServersFor({ asksFilters: ['table'] }, topology).map(({ name }) => name)).toEqual(['postsrsd'])
  expect(filterServersFor({}, topology)).toEqual([])
})

it('gives OpenDKIM the keys of the domains that it signs for, which nobody else reads', () => {
  const input = { filters: { opendkim: { sign: ['example.com'] } }, dkim: { 'example.com': { selector: 's1' } } }
  const made = files(input)
  expect(made['/etc/opendkim/keys']).toBe('example.com example.com:s1:/etc/mailrig/keys-of-opendkim/example.com.pem\n')
  expect(made['/etc/opendkim/signing']).toBe('*@example.com example.com\n')
  expect(made['/etc/mailrig/keys-of-opendkim/example.com.pem']).toBe('the key of example.com\n')
  expect(made['/etc/opendkim.conf']).toContain('Mode sv\n')
  expect(files({ filters: { opendkim: {} } })['/etc/opendkim.conf']).toContain('Mode v\n')
})

it('takes whom the MTA trusts for its own users', () => {
  expect(files({ trustedNetworks: ['lan'], filters: { opendkim: {} } })['/etc/opendkim/trusted']).toBe(
    '127.0.0.0/8\n198.18.1.3/32\n198.18.1.0/24\n',
  )
})

it("lets the user's own settings win, in whatever letters", () => {
  expect(settingLines({ Mode: 'v', LogWhy: 'yes', Domain: undefined }, { mode: 's', Extra: '1' })).toBe(
    'LogWhy yes\nmode s\nExtra 1\n',
  )
})

it('takes numbers as YAML has them, and no value of two lines', () => {
  const filters = { opendkim: { settings: { MinimumKeyBits: 2048, LogResults: true } } }
  expect(files({ filters })['/etc/opendkim.conf']).toContain('MinimumKeyBits 2048\nLogResults true\n')
  expect(() => parseTopology({ filters: { opendkim: { settings: { Mode: 'v\nDomain x' } } } })).toThrow(/one line/)
})

it('names a domain that is to be signed for and has no key, and one that is not here', () => {
  expect(() => parseTopology({ filters: { opendkim: { sign: ['example.com'] } } })).toThrow(
    /filters\.opendkim\.sign\[0\]: there is no key for "example\.com"; declare it: dkim: \["example\.com"\]/,
  )
  expect(() => parseTopology({ rewriting: { srs: 'elsewhere.example' } })).toThrow(
    /rewriting\.srs: "elsewhere\.example" is no domain of this server/,
  )
})
