import { expect, it } from 'vitest'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import './native.ts'
import { supports } from './features.ts'
import { PATHS } from './paths.ts'
import { render } from './render.ts'

function context(input: TopologyInput, release = 'trixie'): RenderContext {
  return {
    topology: parseTopology(input),
    release,
    addresses: {
      networks: {
        lan: { subnet: '198.18.1.0/24', gateway: '198.18.1.1' },
        internet: { subnet: '198.18.2.0/24', gateway: '198.18.2.1' },
      },
      mta: { lan: '198.18.1.2', internet: '198.18.2.2' },
      store: '198.18.1.3',
      dns: '198.18.1.1',
      upstreams: {
        upstream: { address: '198.18.2.1', port: 25, host: 'upstream.example' },
        isp: { address: '198.18.2.3', port: 25, host: 'isp.example' },
      },
      smtpPort: 25,
    },
    tls: { certificate: 'CERTIFICATE', key: 'KEY', authority: 'AUTHORITY' },
  }
}

function file(path: string, input: TopologyInput): string[] {
  const content = render(context(input)).files.find((one) => one.path === path)?.content
  return String(content ?? '').split('\n')
}

const ISP: TopologyInput = {
  smarthost: { upstream: 'isp', port: 587, tls: 'verified', auth: { user: 'office', password: 'secret' } },
  upstreams: ['upstream', 'isp'],
}

it('logs in at a next hop by a label, whose login is in a file', () => {
  expect(file(PATHS.config, ISP)).toContain(
    'action "relay" relay helo "mx.example.com" host "smtp+tls://isp@isp.example:587" auth <logins> tls ca rig',
  )
  expect(file(PATHS.logins, ISP)).toEqual(['isp office:secret', ''])
})

it('speaks TLS from the first octet where the next hop does', () => {
  const smarthost = { upstream: 'isp', tls: 'implicit' } as const
  expect(file(PATHS.config, { ...ISP, smarthost })).toContain(
    'action "relay" relay helo "mx.example.com" host "smtps://isp.example:465" tls no-verify',
  )
})

it('asks for the sender behind the route of a domain, and for an address before its domain', () => {
  const lines = file(PATHS.config, {
    trustedNetworks: ['lan'],
    upstreams: ['upstream', 'isp'],
    routes: { 'partner.example': 'isp' },
    senderRoutes: { 'example.net': 'isp', 'petra@example.net': 'upstream' },
  })
  expect(lines.filter((line) => /^match from src <trusted>/.test(line))).toEqual([
    'match from src <trusted> for domain "partner.example" action "route_0"',
    'match from src <trusted> mail-from <sender_0> for any action "sender_0"',
    'match from src <trusted> mail-from <sender_1> for any action "sender_1"',
    'match from src <trusted> for any action "relay"',
  ])
  expect(lines).toContain('table sender_0 { "petra@example.net" }')
  expect(lines).toContain('table sender_1 { "@example.net" }')
})

it('asks filters of the author before those of access rules', () => {
  const lines = file(PATHS.config, {
    access: [{ sender: 'spammer@client.example', action: 'REJECT' }],
    native: { opensmtpd: { filters: ['phase connect match !rdns disconnect "550 who?"'] } },
  })
  expect(lines).toContain('filter own_0 phase connect match !rdns disconnect "550 who?"')
  expect(lines).toContain('filter all chain { own_0, access_filter_0 }')
  expect(lines.filter((line) => line.startsWith('listen on '))).toEqual(
    [25, 587, 465].map((port) =>
      expect.stringMatching(new RegExp(`^listen on 0\\.0\\.0\\.0 port ${port} .* filter all$`)),
    ),
  )
})

it.for<[string, TopologyInput, RegExp]>([
  ['several hosts of a next hop', { ...ISP, smarthost: ['isp', 'upstream'] }, /takes turns/],
  [
    'a login in clear text',
    { ...ISP, smarthost: { upstream: 'isp', tls: 'none', auth: { user: 'a', password: 'b' } } },
    /TLS/,
  ],
  ['a PROXY header', { proxyProtocol: { port: 10_025 } }, /version 2/],
])('refuses %s, and says why', ([, input, reason]) => {
  expect(() => render(context(input))).toThrow(reason)
})

it('has no word for the versions of TLS before 7.6, and would end at it', () => {
  const least = (release: string) => () => render(context({ tls: 'required', tlsMinimum: 'TLSv1.3' }, release))
  expect(least('bullseye')).toThrow('tlsMinimum: OpenSMTPD 6.8 has no setting for the versions of TLS')
  expect(least('trixie')).not.toThrow()
})

it('has a newaliases that works before 7.9', () => {
  expect(supports('newaliases', 'trixie')).toBe(true)
  expect(supports('newaliases', 'forky')).toMatch(/table-db/)
})

it('knows a null MX as of 7.6, and has TLS but in bookworm', () => {
  expect(supports('inbound-tls', 'bullseye')).toBe(true)
  for (const feature of ['inbound-tls', 'null-mx'] as const) {
    expect(supports(feature, 'trixie')).toBe(true)
    expect(supports(feature, 'bookworm')).toMatch(/^OpenSMTPD 6\.8 /)
  }
})

it('rewrites the senders of mail that it relays for others, but of none that it hands to the store', () => {
  const input: TopologyInput = { domains: { 'example.com': { mailboxes: ['jim'] } }, rewriting: { srs: 'example.com' } }
  const lines = file(PATHS.config, input)
  expect(lines.filter((line) => line.includes('srs'))).toEqual([
    'srs key "a secret of every rig"',
    'action "relay" relay srs helo "mx.example.com" ',
  ])
})
