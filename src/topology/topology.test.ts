import { describe, expect, it } from 'vitest'
import type { TopologyInput } from './schema.ts'
import { parseTopology, TopologyError } from './topology.ts'

function problemsOf(input: unknown): string[] {
  try {
    parseTopology(input as TopologyInput)
  } catch (error) {
    if (error instanceof TopologyError) return error.problems.map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
  return []
}

const JIM = { domains: { 'example.com': { mailboxes: ['jim'] } } }

describe('parseTopology', () => {
  it('fills in what is left out', () => {
    const topology = parseTopology({
      domains: { 'Example.COM': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra' }, catchAll: 'jim' } },
    })
    expect(topology.host).toBe('mx.example.com')
    expect(topology.origin).toBe('mx.example.com')
    expect(topology.trustedNetworks).toEqual([])
    expect(topology.domains['example.com']).toEqual({
      mailboxes: { jim: { password: 'secret' }, petra: { password: 'secret' } },
      aliases: { sales: ['petra@example.com'] },
      catchAll: 'jim@example.com',
    })
    expect(topology.store).toEqual({
      mailboxFormat: 'maildir',
      tls: 'offered',
      mechanisms: ['PLAIN', 'LOGIN'],
      localAccounts: false,
    })
    expect(topology.internet['client.example']?.mx).toEqual([{ preference: 10, upstream: 'upstream' }])
  })

  it('has submission follow what holds for SMTP, and hops what holds for the way out', () => {
    const mailbox = { 'example.com': { mailboxes: ['jim'] } }
    expect(parseTopology({ tls: 'required' }).submission).toEqual({
      tls: 'required',
      authRequiresTls: true,
      mechanisms: ['PLAIN', 'LOGIN'],
    })
    expect(parseTopology({ domains: mailbox, submission: { tls: 'none' } }).submission).toMatchObject({
      tls: 'none',
      authRequiresTls: false,
    })
    const { smarthost, routes, tlsMinimum } = parseTopology({
      outboundTls: 'required',
      upstreams: ['isp'],
      smarthost: 'upstream',
      routes: { 'a.example': { upstream: 'isp', tls: 'none' } },
    })
    expect({ smarthost, routes, tlsMinimum }).toEqual({
      smarthost: { upstream: 'upstream', tls: 'required' },
      routes: { 'a.example': { upstream: 'isp', tls: 'none' } },
      tlsMinimum: 'TLSv1.2',
    })
  })

  it('counts the host itself among the local domains', () => {
    const topology = parseTopology({
      host: 'mail.example.org',
      local: { domains: ['example.org'], accounts: ['root2'] },
    })
    expect(topology.local?.domains).toEqual(['mail.example.org', 'example.org'])
  })

  it.each<[string, unknown, string]>([
    ['an unknown key', { domain: {} }, 'topology unknown "domain"'],
    [
      'a domain that is none',
      { domains: { localhost: {} } },
      'domains.localhost: "localhost" is not a fully qualified domain name such as "example.com"',
    ],
    [
      'a recipient that does not exist',
      { domains: { 'example.com': { mailboxes: ['jim'], aliases: { sales: ['jym'] } } } },
      'domains["example.com"].aliases.sales: example.com has no mailbox or alias "jym"; it has "jim", "sales"',
    ],
    [
      'a catch-all that does not exist',
      { domains: { 'example.com': { mailboxes: ['jim'], catchAll: 'joe' } } },
      'domains["example.com"].catchAll: example.com has no mailbox or alias "joe"; it has "jim"',
    ],
    [
      'an alias that hides a mailbox',
      { domains: { 'example.com': { mailboxes: ['jim'], aliases: { jim: ['jim'] } } } },
      'domains["example.com"].aliases.jim: "jim" is a mailbox of example.com as well',
    ],
    [
      'an upstream nobody declared',
      { smarthost: 'backup' },
      'smarthost: there is no upstream "backup"; there is "upstream"',
    ],
    [
      'a domain declared twice',
      { domains: { 'example.com': {} }, virtualAliasDomains: { 'example.com': {} } },
      'domains["example.com"]: "example.com" is declared twice: a domain is mailbox, virtual alias or local',
    ],
    [
      'a network that is none',
      { trustedNetworks: ['wan'] },
      'trustedNetworks[0]: "wan" is not "lan", "internet" or an IPv4 network such as "192.0.2.0/24"',
    ],
    [
      'an address that is none',
      { virtualAliasDomains: { 'example.net': { catchAll: 'jim' } } },
      'virtualAliasDomains["example.net"].catchAll: "jim" is not an address such as "jim@example.com"',
    ],
    [
      'a size limit too small to carry a header',
      { limits: { messageSize: 12 } },
      'limits.messageSize: 12 is wrong: Too small: expected number to be >=1024',
    ],
    [
      'an exchanger with neither upstream nor host',
      { internet: { 'snow.nl': { mx: [{ preference: 5 }] } } },
      'internet["snow.nl"].mx[0]: name either an upstream or a host',
    ],
    [
      'AUTH that waits for a TLS that is not offered',
      { ...JIM, tls: 'none', submission: { authRequiresTls: true } },
      'submission.authRequiresTls: AUTH would wait for TLS for ever: submission offers no STARTTLS; set submission.tls to "offered"',
    ],
    [
      'AUTH before a TLS that is required',
      { ...JIM, submission: { tls: 'required', authRequiresTls: false } },
      'submission.authRequiresTls: AUTH cannot come before TLS where submission requires TLS; leave it out, or set submission.tls to "offered"',
    ],
    [
      'a mechanism that nobody has',
      { ...JIM, submission: { mechanisms: ['GSSAPI'] } },
      'submission.mechanisms[0]: "GSSAPI" is wrong: expected one of "PLAIN"|"LOGIN"|"CRAM-MD5"|"SCRAM-SHA-1"|"SCRAM-SHA-256"',
    ],
    [
      'a mechanism named twice',
      { ...JIM, submission: { mechanisms: ['PLAIN', 'PLAIN'] } },
      'submission.mechanisms: "PLAIN" is named twice',
    ],
    [
      'submission for nobody',
      { domains: { 'example.com': {} }, submission: {} },
      'submission: nobody could authenticate: there is no mailbox and no account',
    ],
    [
      'a version of a TLS that is not offered',
      { tls: 'none', tlsMinimum: 'TLSv1.3' },
      'tlsMinimum: "TLSv1.3" asks for TLS of a version, but no TLS is offered',
    ],
    [
      'two kinds of TLS on the way to one upstream',
      { smarthost: 'upstream', routes: { 'a.example': { upstream: 'upstream', tls: 'required' } } },
      'routes["a.example"]: the upstream "upstream" is reached with TLS "required" here and "opportunistic" by smarthost; name another upstream',
    ],
    [
      'a route and an exchanger that are one upstream, with two kinds of TLS',
      { routes: { 'a.example': { upstream: 'upstream', tls: 'none' } }, internet: ['b.example'] },
      'internet["b.example"].mx: the upstream "upstream" is reached with TLS "opportunistic" here and "none" by routes["a.example"]; name another upstream',
    ],
    [
      'settings of a mail store that nobody needs',
      { store: { tls: 'required' } },
      'store: there is no mail store to set up: declare a mailbox in `domains`, or say `localAccounts: true`',
    ],
    [
      'a minimum of TLS where there is none',
      { domains: { 'example.com': { mailboxes: ['jim'] } }, store: { tls: 'none', tlsMinimum: 'TLSv1.3' } },
      'store.tlsMinimum: "TLSv1.3" is the least that TLS may be, but store.tls is "none"',
    ],
    [
      'Unix accounts to log in where there are none',
      { local: { domains: ['example.com'] }, store: { localAccounts: true } },
      'store.localAccounts: there are no Unix accounts: declare them in local.accounts',
    ],
    [
      'mechanisms that PAM cannot serve',
      { local: { accounts: ['jim'] }, store: { localAccounts: true, mechanisms: ['CRAM-MD5'] } },
      'store.mechanisms: PAM, which store.localAccounts asks, needs the password: add "PLAIN" or "LOGIN" to ["CRAM-MD5"]',
    ],
    [
      'a mechanism that nobody knows',
      { domains: { 'example.com': { mailboxes: ['jim'] } }, store: { mechanisms: ['NTLM'] } },
      'store.mechanisms[0]: "NTLM" is wrong: expected one of "PLAIN"|"LOGIN"|"CRAM-MD5"|"SCRAM-SHA-1"|"SCRAM-SHA-256"',
    ],
    [
      'no mechanism at all',
      { domains: { 'example.com': { mailboxes: ['jim'] } }, store: { mechanisms: [] } },
      'store.mechanisms: [] is wrong: Too small: expected array to have >=1 items',
    ],
    [
      'a quota without a limit',
      { domains: { 'example.com': { mailboxes: { jim: { quota: {} } } } } },
      'domains["example.com"].mailboxes.jim.quota: {} is wrong: a quota says storage, messages or both',
    ],
    [
      'a size in a unit that is none',
      { domains: { 'example.com': { mailboxes: { jim: { quota: { storage: '1MB' } } } } } },
      'domains["example.com"].mailboxes.jim.quota.storage: "1MB" is no size such as 51200, "50K", "10M" or "1G"',
    ],
    [
      'a quota of a mailbox that is not declared',
      { domains: { 'example.com': { mailboxes: ['jim'], quota: { petra: 1 } } } } as unknown as TopologyInput,
      'domains["example.com"]: unknown "quota"',
    ],
    [
      'a mailbox that would be too small for one message',
      { local: { mailboxQuota: '1M' } },
      'local.mailboxQuota: 1048576 octets do not hold a message of limits.messageSize, 10485760',
    ],
  ])('refuses %s, naming place, value and what is allowed', (_, input, expected) => {
    expect(problemsOf(input)).toEqual([expected.replace(/^topology /, ': ')])
  })

  it('reads sizes with their unit, and scripts by lines or whole', () => {
    const { domains, local } = parseTopology({
      domains: { 'example.com': { mailboxes: { jim: { quota: { storage: '2K', messages: 3 } }, petra: {} } } },
      local: {
        accounts: { tom: { procmailrc: [':0', 'Lists/'] }, anna: { procmailrc: ':0\nall\n' } },
        mailboxQuota: '20M',
      },
    })
    expect(domains['example.com']?.mailboxes).toEqual({
      jim: { password: 'secret', quota: { storage: 2048, messages: 3, full: 'refuse' } },
      petra: { password: 'secret' },
    })
    expect(local?.mailboxQuota).toBe(20_971_520)
    expect(local?.accounts.tom?.procmailrc).toBe(':0\nLists/\n')
    expect(local?.accounts.anna?.procmailrc).toBe(':0\nall\n')
  })

  it('names every wrong place in one error', () => {
    const wrong = { trustedNetworks: ['x'], tls: 'maybe' } as unknown as TopologyInput
    expect(() => parseTopology(wrong)).toThrowErrorMatchingInlineSnapshot(`
      [TopologyError: the topology is wrong in 2 places
        trustedNetworks[0]: "x" is not "lan", "internet" or an IPv4 network such as "192.0.2.0/24"
        tls: "maybe" is wrong: expected one of "none"|"offered"|"required"]
    `)
  })
})
