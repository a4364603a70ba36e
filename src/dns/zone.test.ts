import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/mailrig-error.ts'
import type { RigAddresses } from '../surroundings/rig-addresses.ts'
import { parseTopology } from '../topology/topology.ts'
import { answer } from './answer.ts'
import { buildZone } from './zone.ts'

const ADDRESSES: RigAddresses = {
  networks: {
    lan: { subnet: '198.18.0.0/24', gateway: '198.18.0.1' },
    internet: { subnet: '198.18.1.0/24', gateway: '198.18.1.1' },
  },
  mta: { lan: '198.18.0.2', internet: '198.18.1.2' },
  store: '198.18.0.3',
  dns: '198.18.0.1',
  upstreams: {
    upstream: { address: '198.18.1.1', port: 25, host: 'upstream.rig.test' },
    isp: { address: '198.18.1.9', port: 25, host: 'isp.rig.test' },
  },
  smtpPort: 25,
}

const TOPOLOGY = parseTopology({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  virtualAliasDomains: { 'example.org': {} },
  relayDomains: ['partner.example'],
  routes: { 'routed.example': 'isp' },
  upstreams: ['isp'],
  internet: {
    'two.example': {
      mx: [
        { preference: 10, host: 'gone.two.example' },
        { preference: 20, upstream: 'isp' },
      ],
      a: ['192.0.2.80', 'isp'],
      txt: ['v=spf1 -all', 'x'.repeat(300)],
    },
    'mailless.example': { mx: [] },
  },
})

/** The whole answer in zone-file manner, the sections told apart. */
function ask(name: string, type: string): string[] {
  const reply = answer(buildZone(TOPOLOGY, ADDRESSES), { name, type })
  const show = (mark: string, records: typeof reply.answers) =>
    records.map((record) => {
      const data = 'data' in record ? record.data : undefined
      const text =
        record.type === 'MX'
          ? Object.values(data as object).join(' ')
          : record.type === 'TXT'
            ? String(data)
            : record.type === 'SOA'
              ? ''
              : data
      return `${mark}${record.name} ${record.type} ${text}`.trim()
    })
  return [reply.rcode, ...show('', reply.answers), ...show('! ', reply.authorities), ...show('+ ', reply.additionals)]
}

describe('buildZone and answer', () => {
  it.each(['example.com', 'example.org'])('lead mail for %s to the MTA', (domain) => {
    expect(ask(domain, 'MX')).toEqual(['NOERROR', `${domain} MX 10 mx.example.com`, '+ mx.example.com A 198.18.1.2'])
    expect(ask(domain, 'A')).toEqual(['NOERROR', `${domain} A 198.18.1.2`])
  })

  it.each(['client.example', 'partner.example', 'routed.example'])('lead mail for %s to the upstream', (domain) => {
    expect(ask(domain, 'MX')).toEqual([
      'NOERROR',
      `${domain} MX 10 upstream.rig.test`,
      '+ upstream.rig.test A 198.18.1.1',
    ])
  })

  it('tell a declared domain as it is declared, dead exchanger included', () => {
    expect(ask('two.example', 'MX')).toEqual([
      'NOERROR',
      'two.example MX 10 gone.two.example',
      'two.example MX 20 isp.rig.test',
      '+ isp.rig.test A 198.18.1.9',
    ])
    expect(ask('gone.two.example', 'A')).toEqual(['NXDOMAIN', '! . SOA'])
    expect(ask('two.example', 'A')).toEqual(['NOERROR', 'two.example A 192.0.2.80', 'two.example A 198.18.1.9'])
    expect(ask('two.example', 'TXT')).toEqual([
      'NOERROR',
      'two.example TXT v=spf1 -all',
      `two.example TXT ${'x'.repeat(255)},${'x'.repeat(45)}`,
    ])
    expect(ask('two.example', 'ANY')).toHaveLength(8)
  })

  it.each([
    ['a name without the type asked', 'mx.example.com', 'AAAA'],
    ['a domain declared without exchangers', 'mailless.example', 'MX'],
    ['a name that only stands above others', 'rig.test', 'A'],
    ['the root', '.', 'NS'],
  ])('give no data for %s', (_what, name, type) => {
    expect(ask(name, type)).toEqual(['NOERROR', '! . SOA'])
  })

  it.each(['nowhere.example', 'sub.example.com', 'xample.com', '9.9.9.9.in-addr.arpa'])('do not know %s', (name) => {
    expect(ask(name, 'ANY')).toEqual(['NXDOMAIN', '! . SOA'])
  })

  it('take no notice of letter case or a final dot, and give the name back as asked', () => {
    expect(ask('eXample.COM.', 'A')).toEqual(['NOERROR', 'eXample.COM A 198.18.1.2'])
  })

  it.each([
    ['198.18.1.2', 'mx.example.com'],
    ['198.18.0.2', 'mx.example.com'],
    ['198.18.0.3', 'store.rig.test'],
    ['198.18.0.1', 'client.lan.example'],
    ['198.18.1.1', 'client.example'],
    ['198.18.1.9', 'isp.rig.test'],
    ['127.0.0.1', 'localhost'],
  ])('name %s %s', (address, host) => {
    const reversed = `${address.split('.').reverse().join('.')}.in-addr.arpa`
    expect(ask(reversed, 'PTR')).toEqual(['NOERROR', `${reversed} PTR ${host}`])
    if (host !== 'mx.example.com') expect(ask(host, 'A')).toEqual(['NOERROR', `${host} A ${address}`])
  })

  it('refuse an address that is none', () => {
    const topology = parseTopology({ internet: { 'two.example': {} } })
    const internet = { 'two.example': { mx: [], txt: [], aaaa: [], a: ['ips'] } }
    expect(() => buildZone({ ...topology, internet }, ADDRESSES)).toThrow(InputError)
  })
})

describe('DNS as it is', () => {
  const zone = buildZone(
    parseTopology({
      internet: {
        'alias.example': { cname: 'real.example' },
        'real.example': { mx: [], a: ['192.0.2.1'], aaaa: ['2001:db8::1'] },
        'dangling.example': { cname: 'nowhere.example' },
        'circle.example': { cname: 'circle.example' },
        'nomail.example': { mx: [{ preference: 0, host: '.' }] },
        '*.wild.example': { mx: [], a: ['192.0.2.2'] },
        'known.wild.example': { mx: [] },
        'broken.example': { servfail: true },
        'fine.broken.example': { mx: [], a: ['192.0.2.3'] },
        'half.example': { servfail: ['MX'], a: ['192.0.2.4'] },
        'silent.example': { timeout: ['MX'] },
        'large.example': { truncated: true },
      },
      dnsbl: {
        'list.example': { listed: { internet: ['127.0.0.4', '127.0.0.10'], '192.0.2.7': '127.0.0.2' }, text: 'why' },
      },
    }),
    ADDRESSES,
  )
  const data = (name: string, type: string) => {
    const { rcode, answers, fault } = answer(zone, { name, type })
    return [fault ?? rcode, ...answers.map((record) => ('data' in record ? record.data : undefined))]
  }

  it.each([
    ['alias.example', 'A', ['NOERROR', 'real.example', '192.0.2.1']],
    ['alias.example', 'CNAME', ['NOERROR', 'real.example']],
    ['alias.example', 'MX', ['NOERROR', 'real.example']],
    ['dangling.example', 'A', ['NXDOMAIN', 'nowhere.example']],
    ['real.example', 'AAAA', ['NOERROR', '2001:db8::1']],
    ['nomail.example', 'MX', ['NOERROR', { preference: 0, exchange: '.' }]],
    ['any.wild.example', 'A', ['NOERROR', '192.0.2.2']],
    ['a.b.wild.example', 'A', ['NOERROR', '192.0.2.2']],
    ['known.wild.example', 'A', ['NOERROR']],
    ['below.known.wild.example', 'A', ['NXDOMAIN']],
    ['broken.example', 'A', ['SERVFAIL']],
    ['below.broken.example', 'A', ['SERVFAIL']],
    ['fine.broken.example', 'A', ['NOERROR', '192.0.2.3']],
    ['half.example', 'MX', ['SERVFAIL']],
    ['half.example', 'A', ['NOERROR', '192.0.2.4']],
    ['large.example', 'A', ['truncated']],
    ['1.1.18.198.list.example', 'A', ['NOERROR', '127.0.0.4', '127.0.0.10']],
    ['7.2.0.192.list.example', 'TXT', ['NOERROR', [Buffer.from('why')]]],
    ['2.0.0.127.list.example', 'A', ['NOERROR', '127.0.0.2']],
    ['8.2.0.192.list.example', 'A', ['NXDOMAIN']],
  ])('%s %s', (name, type, expected) => {
    expect(data(name, type)).toEqual(expected)
  })

  it('ends where aliases go round in a circle', () => {
    expect(data('circle.example', 'A').length).toBeLessThan(20)
  })

  it('gives no answer where the topology says so', () => {
    expect(data('silent.example', 'MX')[0]).toBe('timeout')
    expect(data('silent.example', 'A')[0]).toBe('NOERROR')
  })

  it('refuses a CNAME beside other records', () => {
    expect(() => parseTopology({ internet: { 'a.example': { cname: 'b.example', a: ['192.0.2.1'] } } })).toThrow(
      'no other records',
    )
  })
})

describe('the zone of a rig with IPv6', () => {
  const of = (prefix: string) => ({ subnet: `${prefix}::/64`, gateway: `${prefix}::1` })
  const zone = buildZone(
    parseTopology({ ipv6: true, dnsbl: { 'list.example': { listed: { internet: '127.0.0.2' } } } }),
    {
      ...ADDRESSES,
      ipv6: {
        networks: { lan: of('fd00:c612:7'), internet: of('fd00:c613:7') },
        mta: { lan: 'fd00:c612:7::32', internet: 'fd00:c613:7::32' },
      },
      upstreams: { upstream: { address: '198.19.7.1', port: 25, host: 'upstream.example', ipv6: 'fd00:c613:7::1' } },
    },
  )
  const data = (name: string, type: string) =>
    answer(zone, { name, type }).answers.map((record) => ('data' in record ? record.data : undefined))
  const NIBBLES = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.0.0.0.3.1.6.c.0.0.d.f'

  it.each([
    ['mx.example.com', 'AAAA', ['fd00:c613:7::32']],
    ['client.example', 'AAAA', ['fd00:c613:7::1']],
    ['upstream.ipv6.example', 'AAAA', ['fd00:c613:7::1']],
    ['upstream.ipv6.example', 'A', []],
    ['upstream.example', 'AAAA', []],
    [`${NIBBLES}.ip6.arpa`, 'PTR', ['client.example']],
    [`${NIBBLES}.list.example`, 'A', ['127.0.0.2']],
  ])('has for %s, %s: %j', (name, type, expected) => {
    expect(data(name, type)).toEqual(expected)
  })
})
