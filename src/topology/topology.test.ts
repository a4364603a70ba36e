import { describe, expect, it } from 'vitest'
import '../servers/registry.ts'
import { nativeWords } from './native.ts'
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
      folders: {},
      sharing: false,
      metadata: false,
      tls: 'offered',
      mechanisms: ['PLAIN', 'LOGIN'],
      localAccounts: false,
    })
    expect(topology.internet['client.example']?.mx).toEqual([{ preference: 10, upstream: 'upstream' }])
  })

  it('has next hops with their fallbacks, ports and logins', () => {
    const auth = { user: 'office', password: 'secret' }
    const { smarthost, routes, senderRoutes } = parseTopology({
      upstreams: ['one', 'two'],
      smarthost: [
        { upstream: 'one', tls: 'implicit', auth },
        { upstream: 'two', tls: 'implicit', port: 2465 },
      ],
      routes: { 'a.example': { upstream: 'upstream', port: 25 } },
      senderRoutes: { 'Example.com': 'upstream', 'jim@Example.net': 'upstream' },
    })
    const plain = { upstream: 'upstream', protocol: 'smtp', tls: 'opportunistic', fallback: [] }
    expect({ smarthost, routes, senderRoutes }).toEqual({
      smarthost: {
        upstream: 'one',
        protocol: 'smtp',
        tls: 'implicit',
        port: 465,
        auth,
        fallback: [{ upstream: 'two', protocol: 'smtp', tls: 'implicit', port: 2465, fallback: [] }],
      },
      routes: { 'a.example': plain },
      senderRoutes: { 'example.com': plain, 'jim@example.net': plain },
    })
  })

  it('refuses two ways to one upstream', () => {
    const login = { upstream: 'upstream', auth: { user: 'office', password: 'secret' } }
    expect(problemsOf({ smarthost: login, routes: { 'a.example': 'upstream' } })).toEqual([
      expect.stringContaining('has another port, protocol or login here than by smarthost'),
    ])
    expect(problemsOf({ smarthost: { upstream: 'upstream', protocol: 'lmtp', tls: 'required' } })).toEqual([
      expect.stringContaining('by LMTP there is neither TLS nor a login here'),
    ])
  })

  it('has submission follow what holds for SMTP, and hops what holds for the way out', () => {
    const mailbox = { 'example.com': { mailboxes: ['jim'] } }
    expect(parseTopology({ tls: 'required' }).submission).toEqual({
      tls: 'required',
      authRequiresTls: true,
      senders: 'any',
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
      smarthost: { upstream: 'upstream', protocol: 'smtp', tls: 'required', fallback: [] },
      routes: { 'a.example': { upstream: 'isp', protocol: 'smtp', tls: 'none', fallback: [] } },
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
    [
      'an unknown key',
      { domain: {} },
      'domain: there is no such key; did you mean "domains"? There is host, origin, accounts, domains, virtualAliasDomains, local, relayDomains, smarthost, routes, senderRoutes, trustedNetworks, access, rewriting, limits, queue, dsn, logging, recipientDelimiter, tls, tlsMinimum, submission, outboundTls, store, upstreams, internet, clients, proxyProtocol, xclient, ipv6, heloChecks, dnsbl, milters, policies, filters, dkim, native',
    ],
    [
      'a domain that is none',
      { domains: { localhost: {} } },
      'domains.localhost: "localhost" is not a fully qualified domain name such as "example.com"',
    ],
    [
      'a recipient that does not exist',
      { domains: { 'example.com': { mailboxes: ['jim'], aliases: { sales: ['jym'] } } } },
      'domains["example.com"].aliases.sales: example.com has no mailbox or alias "jym"; did you mean "jim"? It has jim, sales',
    ],
    [
      'a catch-all that does not exist',
      { domains: { 'example.com': { mailboxes: ['jim'], catchAll: 'joe' } } },
      'domains["example.com"].catchAll: example.com has no mailbox or alias "joe"; it has jim',
    ],
    [
      'an alias that hides a mailbox',
      { domains: { 'example.com': { mailboxes: ['jim'], aliases: { jim: ['jim'] } } } },
      'domains["example.com"].aliases.jim: "jim" is a mailbox of example.com as well',
    ],
    [
      'an upstream nobody declared',
      { smarthost: 'backup' },
      'smarthost: there is no upstream "backup"; there is upstream',
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
      'limits.messageSize: 12 is too small: 1024 octets are the least',
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
      'submission.mechanisms[1]: "PLAIN" is named twice',
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
      'store.mechanisms: [] is wrong: expected 1 or more in the list',
    ],
    [
      'a quota without a limit',
      { domains: { 'example.com': { mailboxes: { jim: { quota: {} } } } } },
      'domains["example.com"].mailboxes.jim.quota: {} is wrong: a quota says storage, messages or both',
    ],
    [
      'a size in a unit that is none',
      { domains: { 'example.com': { mailboxes: { jim: { quota: { storage: '1MB' } } } } } },
      'domains["example.com"].mailboxes.jim.quota.storage: "1MB" is not a size such as 51200, "50K", "10M" or "1G"',
    ],
    [
      'a quota of a mailbox that is not declared',
      { domains: { 'example.com': { mailboxes: ['jim'], quota: { petra: 1 } } } } as unknown as TopologyInput,
      'domains["example.com"].quota: there is no such key here; did you mean domains["…"].mailboxes["…"].quota?',
    ],
    [
      'a mailbox that would be too small for one message',
      { local: { mailboxQuota: '1M' } },
      'local.mailboxQuota: 1048576 octets do not hold a message of limits.messageSize, 10485760',
    ],
  ])('refuses %s, naming place, value and what is allowed', (_, input, expected) => {
    expect(problemsOf(input)).toEqual([expected])
  })

  it.each<[unknown, string]>([
    // Keys, at any depth, also of unions and of records.
    [
      { store: { mailboxformat: 'mbox' } },
      'store.mailboxformat: there is no such key; did you mean "mailboxFormat"? There is mailboxFormat, tls,',
    ],
    [
      { domains: { 'example.com': { mailboxes: { jim: { pasword: 'x' } } } } },
      'domains["example.com"].mailboxes.jim.pasword: there is no such key; did you mean "password"? There is password, quota, sieve',
    ],
    [
      { smarthost: { upstrem: 'upstream' } },
      'smarthost.upstrem: there is no such key; did you mean "upstream"? There is upstream, protocol, port, tls, auth',
    ],
    [
      { access: [{ sendr: 'a.example', action: 'OK' }] },
      'access[0].sendr: there is no such key; did you mean "sender"? There is sender, action, recipient, client',
    ],
    [
      { access: [{ client: 'lan', action: { kode: 550, text: 'no' } }] },
      'access[0].action.kode: there is no such key; did you mean "code"? There is code, enhanced, text',
    ],
    [
      { native: { posfix: {} } },
      `native.posfix: there is no such key; did you mean "postfix"? There is ${[...nativeWords().keys()].join(', ')}`,
    ],
    [
      { internet: { 'a.example': { mx: [{ prefrence: 5, upstream: 'upstream' }] } } },
      'internet["a.example"].mx[0].prefrence: there is no such key; did you mean "preference"?',
    ],
    // Values out of a list.
    [
      { tls: 'require' },
      'tls: "require" is wrong: expected one of "none"|"offered"|"required"; did you mean "required"?',
    ],
    // Shapes.
    [
      { access: { sender: 'a.example' } },
      'access: {"sender":"a.example"} is wrong: expected a list, not an object; write access: [{ sender: "spam.example", action: "REJECT" }]',
    ],
    [{ access: [{ sender: 'a.example' }] }, 'access[0].action: this is missing: '],
    [
      { access: ['a.example'] },
      'access[0]: "a.example" does not fit: expected an object, not a text; write it: { sender: "spam.example", action: "REJECT" }',
    ],
    [{ access: [{ sender: 'a.example', action: 'reject' }] }, 'access[0].action: "reject" does not fit: '],
    [
      { domains: ['example.com'] },
      'domains: ["example.com"] is wrong: expected an object, not a list; write domains: { "example.com": { mailboxes: ["jim"] } }',
    ],
    [
      { domains: { 'example.com': ['jim'] } },
      'domains["example.com"]: ["jim"] is wrong: expected an object, not a list; write "example.com": { mailboxes: ["jim"]',
    ],
    [
      { domains: { 'example.com': { mailboxes: 'jim' } } },
      'domains["example.com"].mailboxes: "jim" is wrong: expected an object, not a text; write mailboxes: ["jim", "petra"], or {',
    ],
    [
      { domains: { 'example.com': { mailboxes: ['jim', { petra: {} }] } } },
      'domains["example.com"].mailboxes[1]: {"petra":{}} is wrong: expected a name; names with settings are an object, such as { jim: { … }, petra: {} }',
    ],
    [
      { internet: { 'a.example': { mx: 'upstream' } } },
      'internet["a.example"].mx: "upstream" is wrong: expected a list, not a text; write mx: [{ preference: 10, upstream: "upstream" }',
    ],
    [
      { smarthost: 5 },
      'smarthost: 5 does not fit: expected a text, or expected an object, or expected a list, not a number; write smarthost: "upstream", or {',
    ],
    [
      { native: { postfix: { 'main.cf': ['a = b'] } } },
      'native.postfix["main.cf"]: ["a = b"] is wrong: expected an object, not a list; write "main.cf": { disable_vrfy_command: "yes" }',
    ],
    [{ limits: 5 }, 'limits: 5 is wrong: expected an object, not a number; write limits: { messageSize: "50M" }'],
    [{ access: [{ action: 'OK' }] }, 'access[0]: one of these is missing: sender, recipient, client'],
    [
      { access: [{ client: 'lan', sender: 'a.example', action: 'OK' }] },
      'access[0].client: this cannot stand beside "sender"',
    ],
    [
      { access: [{ client: 'lan', action: { code: 250, text: 'x' } }] },
      'access[0].action.code: 250 is wrong: expected 400 or more',
    ],
    [
      { access: [{ client: 'lan', action: { code: 550, enhanced: '2.1.5', text: 'x' } }] },
      'access[0].action.enhanced: "2.1.5" is not an enhanced status code such as "5.7.1"',
    ],
    [{ smarthost: {} }, 'smarthost.upstream: this is missing: expected a text'],
    [{ queue: { retryAfter: 1 } }, 'queue.retryAfter: 1 is wrong: expected 2 or more'],
    [
      { upstreams: ['Big ISP'] },
      'upstreams[0]: "Big ISP" cannot be the name of an upstream such as "backup-2" (lower case, at most 32)',
    ],
    [
      { local: { files: { 'etc/x': 'y' } } },
      'local.files["etc/x"]: "etc/x" is not an absolute path such as "/etc/mail/list"',
    ],
    [
      { native: { postfix: { 'main.cf': { 'smtpd banner': 'x' } } } },
      'native.postfix["main.cf"]["smtpd banner"]: "smtpd banner" is not a setting of main.cf such as "smtpd_banner"',
    ],
    [
      { domains: { 'example.com': { mailboxes: { jim: { password: '' } } } } },
      'domains["example.com"].mailboxes.jim.password: "" is wrong: expected a text that is not empty',
    ],
    // Names twice, in whatever list.
    [
      { domains: { 'example.com': { mailboxes: ['jim', 'petra', 'jim'] } } },
      'domains["example.com"].mailboxes[2]: "jim" is named twice',
    ],
    [
      { domains: { 'example.com': { mailboxes: ['jim'], aliases: { a: ['jim', 'jim'] } } } },
      'domains["example.com"].aliases.a[1]: "jim" is named twice',
    ],
    [{ local: { accounts: ['tom', 'tom'] } }, 'local.accounts[1]: "tom" is named twice'],
    [
      { relayDomains: ['a.example', 'A.example'] },
      'relayDomains[1]: "A.example" is named twice, the other time as "a.example"',
    ],
    [
      { domains: { 'a.example': {}, 'A.Example': {} } },
      'domains["A.Example"]: "A.Example" is named twice, the other time as "a.example"',
    ],
    [{ internet: ['a.example', 'a.example'] }, 'internet[1]: "a.example" is named twice'],
    [{ upstreams: ['isp', 'isp'] }, 'upstreams[1]: "isp" is named twice'],
    [{ trustedNetworks: ['lan', 'lan'] }, 'trustedNetworks[1]: "lan" is named twice'],
    // Networks and addresses.
    [
      { trustedNetworks: ['10.0.0.0/40'] },
      'trustedNetworks[0]: "10.0.0.0/40" has a prefix of 40 bits; an IPv4 address has 32',
    ],
    [
      { trustedNetworks: ['10.0.0.256/8'] },
      'trustedNetworks[0]: "10.0.0.256/8" is not "lan", "internet" or an IPv4 network such as',
    ],
    [
      { trustedNetworks: ['10.0.0.0'] },
      'trustedNetworks[0]: "10.0.0.0" is not "lan", "internet" or an IPv4 network such as',
    ],
    [
      { trustedNetworks: ['192.0.2.77/26'] },
      'trustedNetworks[0]: "192.0.2.77/26" is an address in a network, not a network; write "192.0.2.64/26" or "192.0.2.77/32"',
    ],
    [{ access: [{ client: '10.0.0.0/33', action: 'OK' }] }, 'access[0].client: "10.0.0.0/33" has a prefix of 33 bits'],
    [{ access: [{ client: '10.0.0.300', action: 'OK' }] }, 'access[0].client: "10.0.0.300" is not '],
    [
      { access: [{ client: '2001:db8::/32', action: 'OK' }] },
      'access[0].client: "2001:db8::/32" is an IPv6 network; name an IPv6 address, "lan-ipv6" or "internet-ipv6"',
    ],
    [
      { domains: { 'a.example': { mailboxes: ['jim'] } }, store: { folders: ['a/b'] } },
      'store.folders["a/b"]: "a/b" cannot be the name of a folder such as "Junk-Mail" (at most 63 characters, none of / . % * " \\)',
    ],
    [
      { internet: { 'a.example': { a: ['upsteam'] } } },
      'internet["a.example"].a[0]: there is no upstream "upsteam"; did you mean "upstream"?',
    ],
    // Sizes.
    [
      { limits: { messageSize: '50MB' } },
      'limits.messageSize: "50MB" is not a size such as 51200, "50K", "10M" or "1G"',
    ],
    [{ limits: { messageSize: '4G' } }, 'limits.messageSize: "4G" is too large: 2147483647 octets are the most'],
  ])('says of %j what is wrong and how it is written', (input, expected) => {
    const problems = problemsOf(input)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.slice(0, expected.length)).toBe(expected)
  })

  it('takes what is not wrong: networks, addresses, lines that stand twice, units', () => {
    const topology = parseTopology({
      trustedNetworks: ['0.0.0.0/0', '10.0.0.0/8', '192.0.2.64/26', '192.0.2.77/32', 'lan'],
      access: ['10.0.0.0/8', '10.1.2.3', '203.0.113', 'mail.example', '.example', 'internet'].map((client) => ({
        client,
        action: 'OK' as const,
      })),
      internet: { 'a.example': { a: ['upstream', '192.0.2.1'], txt: ['x', 'x'] } },
      local: { accounts: { tom: { procmailrc: [':0', '* x', ':0'], forward: ['a@b.example', 'a@b.example'] } } },
      native: { exim: { main: ['a = b', 'a = b'] } },
      limits: { messageSize: '50M' },
    })
    expect(topology.limits.messageSize).toBe(52_428_800)
    expect(topology.trustedNetworks).toHaveLength(5)
  })

  it('takes a folder whose name has a hyphen or a blank', () => {
    const store = { folders: ['Junk-Mail', 'Sent Items'] }
    const topology = parseTopology({ domains: { 'a.example': { mailboxes: ['jim'] } }, store })
    expect(Object.keys(topology.store.folders)).toEqual(['Junk-Mail', 'Sent Items'])
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
