import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/mailrig-error.ts'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import './native.ts'
import { render } from './render.ts'

function context(input: TopologyInput, smtpPort = 25): RenderContext {
  const topology = parseTopology(input)
  return {
    topology,
    release: 'bookworm',
    tls: { certificate: 'CERTIFICATE', key: 'KEY', authority: 'AUTHORITY' },
    addresses: {
      networks: {
        lan: { subnet: '198.18.3.0/24', gateway: '198.18.3.1' },
        internet: { subnet: '198.18.4.0/24', gateway: '198.18.4.1' },
      },
      mta: { lan: '198.18.3.10', internet: '198.18.4.10' },
      store: '198.18.3.11',
      dns: '198.18.3.1',
      smtpPort,
      filterServers: '198.18.3.12',
      filters: {
        milters: { filter: { address: '198.18.4.1', port: 10861 }, other: { address: '198.18.4.1', port: 10862 } },
        policies: {},
      },
      upstreams: Object.fromEntries(
        topology.upstreams.map((name) => [name, { address: '198.18.4.1', port: smtpPort, host: `${name}.rig.test` }]),
      ),
    },
  }
}

function file(path: string, input: TopologyInput, smtpPort?: number): string {
  return String(render(context(input, smtpPort)).files.find((candidate) => candidate.path === path)?.content)
}

/** Lines of sendmail.mc that match. */
function mc(input: TopologyInput, pattern: RegExp, smtpPort?: number): string[] {
  return file('/etc/mail/sendmail.mc', input, smtpPort)
    .split('\n')
    .filter((line) => pattern.test(line))
}

const MAILBOXES: TopologyInput = {
  domains: {
    'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: ['jim', 'petra'], info: 'jim' } },
    'example.net': { mailboxes: ['jim'], catchAll: 'jim' },
  },
  virtualAliasDomains: { 'example.org': { aliases: { team: ['jim@example.com', 'x@client.example'] } } },
}

describe('render', () => {
  it('names IPv6 clients of rules as sendmail looks them up: each group, none left out', () => {
    const input: TopologyInput = {
      ...MAILBOXES,
      access: [
        { client: '2001:db8::1', action: 'REJECT' },
        { client: 'mail.partner.example', action: 'OK' },
        { client: '192.0.2', action: 'REJECT' },
      ],
    }
    expect(file('/etc/mail/access', input).match(/^Connect:\S+/gm)).toEqual([
      'Connect:198.18.3.11',
      'Connect:IPv6:2001:db8:0:0:0:0:0:1',
      'Connect:mail.partner.example',
      'Connect:192.0.2',
    ])
  })

  it("asks Debian's milters before those that mailrig plays", () => {
    const input: TopologyInput = { ...MAILBOXES, filters: { opendkim: {} }, milters: ['filter'] }
    expect(mc(input, /^INPUT_MAIL_FILTER/)).toEqual([
      "INPUT_MAIL_FILTER(`opendkim', `S=inet:8891@198.18.3.12, F=T')dnl",
      "INPUT_MAIL_FILTER(`filter', `S=inet:10861@198.18.4.1, F=T')dnl",
    ])
  })

  it.each([
    { topology: { filters: { postgrey: {} } }, said: /^filters\.postgrey: sendmail asks no policy service/ },
    { topology: { rewriting: { srs: 'example.com' } }, said: /^rewriting\.srs: sendmail has no SRS of its own/ },
  ])('cannot do what %j asks for', ({ topology, said }) => {
    expect(() => render(context({ ...MAILBOXES, ...topology }))).toThrow(said)
  })

  it('offers no SCRAM where the SASL library of the release has none', () => {
    const input: TopologyInput = { ...MAILBOXES, submission: { mechanisms: ['PLAIN', 'SCRAM-SHA-256'] } }
    expect(() => render({ ...context(input), release: 'bullseye' })).toThrow(/no SCRAM-SHA-256 in libsasl2-modules$/)
    expect(() => render(context(input))).not.toThrow()
  })

  it('asks each milter where mailrig plays it, and does without it as the topology says', () => {
    expect(mc({ milters: { filter: { timeout: 2 }, other: { onFailure: 'accept' } } }, /INPUT_MAIL_FILTER/)).toEqual([
      "INPUT_MAIL_FILTER(`filter', `S=inet:10861@198.18.4.1, F=T, T=C:2s;S:2s;R:2s;E:2s')dnl",
      "INPUT_MAIL_FILTER(`other', `S=inet:10862@198.18.4.1')dnl",
    ])
    expect(mc({ milters: { filter: { onFailure: 'reject' } } }, /F=R/)).toHaveLength(1)
  })

  it('has no policy service', () => {
    expect(() => render(context({ policies: ['greylist'] }))).toThrow('policies: sendmail asks no policy service')
  })

  it.each([
    ['bullseye', "FEATURE(`blacklist_recipients')dnl"],
    ['bookworm', "FEATURE(`blocklist_recipients')dnl"],
  ])('asks for recipients in the access table as %s calls it', (release, line) => {
    const { files } = render({ ...context(MAILBOXES), release })
    const text = String(files.find(({ path }) => path === '/etc/mail/sendmail.mc')?.content)
    expect(text.split('\n').filter((each) => each.includes('list_recipients'))).toEqual([line])
  })

  it('writes the whole configuration of a small topology', () => {
    expect(
      file('/etc/mail/sendmail.mc', { domains: { 'example.com': { mailboxes: ['jim'] } } }),
    ).toMatchInlineSnapshot(`
      "define(\`_USE_ETC_MAIL_')dnl
      define(\`_NO_MAKEINFO_')dnl
      include(\`/usr/share/sendmail/cf/m4/cf.m4')dnl
      OSTYPE(\`debian')dnl
      DOMAIN(\`debian-mta')dnl
      undefine(\`confHOST_STATUS_DIRECTORY')dnl
      define(\`confDOMAIN_NAME', \`mx.example.com')dnl
      define(\`confDONT_PROBE_INTERFACES', \`True')dnl
      define(\`confPRIVACY_FLAGS', \`needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings')dnl
      define(\`confMAX_MESSAGE_SIZE', \`10485760')dnl
      define(\`confTO_IDENT', \`0s')dnl
      define(\`confTO_ICONNECT', \`5s')dnl
      define(\`confTO_CONNECT', \`5s')dnl
      define(\`confQUEUE_LA', \`1000')dnl
      define(\`confREFUSE_LA', \`1000')dnl
      define(\`confMAX_NOOP_COMMANDS', \`0')dnl
      define(\`confLOG_LEVEL', \`11')dnl
      define(\`confMIN_QUEUE_AGE', \`0')dnl
      FEATURE(\`no_default_msa')dnl
      DAEMON_OPTIONS(\`Family=inet, Name=MTA-v4, Port=smtp, M=A')dnl
      DAEMON_OPTIONS(\`Family=inet, Name=MSP-v4, Port=submission, M=Ea')dnl
      DAEMON_OPTIONS(\`Family=inet, Name=MSPS-v4, Port=465, M=Eas')dnl
      FEATURE(\`use_cw_file')dnl
      FEATURE(\`access_db', , \`skip')dnl
      FEATURE(\`blocklist_recipients')dnl
      FEATURE(\`relay_hosts_only')dnl
      FEATURE(\`accept_unresolvable_domains')dnl
      FEATURE(\`delay_checks', \`friend', \`n')dnl
      FEATURE(\`domaintable')dnl
      FEATURE(\`genericstable')dnl
      FEATURE(\`mailertable')dnl
      FEATURE(\`virtusertable')dnl
      define(\`_VIRTUSER_STOP_ONE_LEVEL_RECURSION_', \`1')dnl
      VIRTUSER_DOMAIN(\`example.com')dnl
      define(\`confAUTH_MECHANISMS', \`PLAIN LOGIN')dnl
      TRUST_AUTH_MECH(\`PLAIN LOGIN')dnl
      define(\`confAUTH_OPTIONS', \`A')dnl
      define(\`confDONT_BLAME_SENDMAIL', defn(\`confDONT_BLAME_SENDMAIL')\`,GroupReadableSASLDBFile')dnl
      define(\`confCACERT', \`/etc/mail/tls/authority.crt')dnl
      define(\`confCACERT_PATH', \`/etc/mail/tls')dnl
      define(\`confSERVER_CERT', \`/etc/mail/tls/server.crt')dnl
      define(\`confSERVER_KEY', \`/etc/mail/tls/server.key')dnl
      MAILER_DEFINITIONS
      MAILER(\`local')dnl
      MAILER(\`smtp')dnl
      MAILER_DEFINITIONS
      SStoreAddress
      R$+			$: $>PseudoToReal $1
      R$+			$: $>MasqSMTP $1
      R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2

      Mstore,		P=[IPC], F=lsDFMnqXzm, S=StoreAddress/StoreAddress, R=StoreAddress/StoreAddress, E=\\r\\n,
      		T=DNS/RFC822/SMTP,
      		A=TCP $h 24
      "
    `)
  })

  it('knows mailboxes, aliases and catch-alls, and refuses the rest', () => {
    expect(file('/etc/mail/virtusertable', MAILBOXES)).toMatchInlineSnapshot(`
      "jim@example.com	jim@example.com
      jim+*@example.com	jim%3@example.com
      petra@example.com	petra@example.com
      petra+*@example.com	petra%3@example.com
      sales@example.com	sales=example.com
      info@example.com	jim@example.com
      @example.com	error:5.1.1:550 User unknown
      jim@example.net	jim@example.net
      jim+*@example.net	jim%3@example.net
      @example.net	jim@example.net
      team@example.org	team=example.org
      @example.org	error:5.1.1:550 User unknown
      "
    `)
  })

  it('expands an address with several recipients by an alias of its own', () => {
    expect(file('/etc/mail/aliases', MAILBOXES)).toMatchInlineSnapshot(`
      "mailer-daemon: postmaster
      postmaster: root
      sales=example.com: jim@example.com, petra@example.com
      team=example.org: jim@example.com, x@client.example
      "
    `)
  })

  it('takes no detail off a mailbox where the topology has no delimiter', () => {
    const input: TopologyInput = { domains: { 'example.com': { mailboxes: ['jim'] } }, recipientDelimiter: null }
    expect(file('/etc/mail/virtusertable', input)).toBe(
      'jim@example.com\tjim@example.com\n@example.com\terror:5.1.1:550 User unknown\n',
    )
    expect(mc(input, /OPERATORS/)).toEqual(["define(`confOPERATORS', `.:%@!^/[]')dnl"])
  })

  it('refuses a delimiter that sendmail does not know', () => {
    expect(() => render(context({ recipientDelimiter: '-' }))).toThrow(InputError)
  })

  it('sends mailbox domains to the store and routed domains to their next hop', () => {
    const input: TopologyInput = {
      ...MAILBOXES,
      routes: { 'partner.example': 'other' },
      upstreams: ['upstream', 'other'],
    }
    expect(file('/etc/mail/mailertable', input, 2525)).toMatchInlineSnapshot(`
      "example.com	store:[198.18.3.11]
      example.net	store:[198.18.3.11]
      partner.example	relay2525:[198.18.4.1]
      "
    `)
  })

  it('defines a mailer for next hops on another port, and sends by MX to that port too', () => {
    expect(mc({ smarthost: 'upstream' }, /TCP|SMART_HOST|^Mrelay/, 2525)).toMatchInlineSnapshot(`
      [
        "define(\`SMTP_MAILER_ARGS', \`TCP $h 2525')dnl",
        "define(\`ESMTP_MAILER_ARGS', \`TCP $h 2525')dnl",
        "define(\`SMTP8_MAILER_ARGS', \`TCP $h 2525')dnl",
        "define(\`DSMTP_MAILER_ARGS', \`TCP $h 2525')dnl",
        "define(\`SMART_HOST', \`relay2525:[198.18.4.1]')dnl",
        "		A=TCP $h 24",
        "Mrelay2525,	P=[IPC], F=mDFMuXa8, S=EnvFromSMTP/HdrFromSMTP, R=MasqSMTP, E=\\r\\n, L=2040,",
        "		A=TCP $h 2525",
      ]
    `)
  })

  it('writes access rules, relaying and trusted networks', () => {
    const input: TopologyInput = {
      trustedNetworks: ['lan', '192.0.2.0/23', '203.0.113.248/30'],
      relayDomains: ['relay.example'],
      access: [
        { sender: 'spam.example', action: 'REJECT' },
        { recipient: 'jim@example.com', action: { code: 550, enhanced: '5.7.1', text: 'Not "here"' } },
        { client: '203.0.113.9', action: { code: 450, text: 'Later' } },
        { client: 'internet', action: 'DISCARD' },
      ],
    }
    expect(file('/etc/mail/access', input)).toMatchInlineSnapshot(`
      "Try_TLS:198.18.3.11	NO
      Spam:postmaster@	FRIEND
      Spam:abuse@	FRIEND
      Spam:spam@	FRIEND
      Connect:198.18.3	RELAY
      Connect:192.0.2	RELAY
      Connect:192.0.3	RELAY
      Connect:203.0.113.248	RELAY
      Connect:203.0.113.249	RELAY
      Connect:203.0.113.250	RELAY
      Connect:203.0.113.251	RELAY
      Connect:198.18.3.11	RELAY
      To:relay.example	RELAY
      From:spam.example	REJECT
      To:jim@example.com	ERROR:5.7.1:"550 Not 'here'"
      Connect:203.0.113.9	ERROR:"450 Later"
      Connect:198.18.4	DISCARD
      "
    `)
  })

  it('lets senders relay only where a rule says so', () => {
    const lines = (action: 'OK' | 'RELAY') => mc({ access: [{ sender: 'partner.example', action }] }, /relay_mail_from/)
    expect(lines('RELAY')).toEqual(["FEATURE(`relay_mail_from', `domain')dnl"])
    expect(lines('OK')).toEqual([])
  })

  it('refuses an access rule that would not fit on a line', () => {
    const input: TopologyInput = { access: [{ sender: 'a.example', action: { code: 550, text: 'two\nlines' } }] }
    expect(() => render(context(input))).toThrow(/access cannot hold/)
  })

  it('masquerades the host name alone, and on mail that leaves alone', () => {
    const input: TopologyInput = {
      rewriting: {
        masqueradeAs: 'shown.example',
        generic: { 'jim@example.com': 'james@shown.example' },
        domains: { 'old.example': 'example.com' },
      },
    }
    expect(mc(input, /MASQ|masq|GENERICS/)).toMatchInlineSnapshot(`
      [
        "FEATURE(\`masquerade_envelope')dnl",
        "FEATURE(\`local_no_masquerade')dnl",
        "GENERICS_DOMAIN(\`example.com')dnl",
        "MASQUERADE_AS(\`shown.example')dnl",
        "FEATURE(\`limited_masquerade')dnl",
        "MASQUERADE_DOMAIN(\`mx.example.com')dnl",
      ]
    `)
    expect(file('/etc/mail/genericstable', input)).toBe('jim@example.com\tjames@shown.example\n')
    expect(file('/etc/mail/domaintable', input)).toBe('old.example\texample.com\n')
  })

  it('quotes commands and files among the aliases', () => {
    const input: TopologyInput = {
      local: {
        accounts: { jim: { forward: ['\\jim', 'petra@example.com'] } },
        aliases: { log: '|/bin/cat > /tmp/log', list: ':include:/etc/mail/list', root: 'jim', 'odd name': 'jim' },
        files: { '/etc/mail/list': 'jim\n' },
      },
    }
    expect(file('/etc/mail/aliases', input)).toMatchInlineSnapshot(`
      "mailer-daemon: postmaster
      postmaster: root
      log: "|/bin/cat > /tmp/log"
      list: :include:/etc/mail/list
      root: jim
      "odd name": jim
      "
    `)
    expect(file('/home/jim/.forward', input)).toBe('\\jim\npetra@example.com\n')
    expect(file('/etc/mailrig/passwd', input)).toBe('jim:x:2000:2000::/home/jim:/bin/sh\n')
    expect(file('/etc/mail/list', input)).toBe('jim\n')
  })

  it('makes a script executable, so that an alias can pipe to it', () => {
    const { files } = render(
      context({ local: { files: { '/usr/local/bin/note': '#!/bin/sh\n', '/etc/list': 'jim\n' } } }),
    )
    const modes = Object.fromEntries(files.map(({ path, mode }) => [path, mode]))
    expect({ script: modes['/usr/local/bin/note'], list: modes['/etc/list'] }).toEqual({
      script: 0o755,
      list: undefined,
    })
  })

  it('gives mailboxes their domain for a realm and accounts the name of the host', () => {
    const input: TopologyInput = {
      host: 'mx.example.com',
      domains: { 'example.com': { mailboxes: { jim: { password: 'p"w' } } } },
      local: { accounts: ['root-user'] },
    }
    const records = file('/etc/mailrig/sasldb', input)
      .split('\n')
      .filter((line) => line.startsWith(' '))
      .map((line) => Buffer.from(line.trim(), 'hex').toString().replaceAll('\0', ' '))
    expect(records).toEqual(['jim example.com userPassword', 'p"w', 'root-user mx.example.com userPassword', 'secret'])
  })

  it('leaves recipes to procmail, and has no quota for mailboxes', () => {
    const local = { accounts: { jim: { procmailrc: [':0', 'all/'] } } }
    expect(file('/home/jim/.procmailrc', { local })).toBe(':0\nall/\n')
    expect(() => render(context({ local: { mailboxQuota: '20M' } }))).toThrow(/^local\.mailboxQuota: sendmail leaves/)
  })

  it('offers TLS, demands it, or has none', () => {
    expect(mc({ tls: 'none' }, /STARTTLS|AUTH_OPTIONS/)).toEqual(["define(`confAUTH_OPTIONS', `A')dnl"])
    expect(mc({ tls: 'required' }, /confSERVER|STARTTLS|AUTH_OPTIONS/)).toMatchInlineSnapshot(`
      [
        "define(\`confAUTH_OPTIONS', \`A p')dnl",
        "define(\`confSERVER_CERT', \`/etc/mail/tls/server.crt')dnl",
        "define(\`confSERVER_KEY', \`/etc/mail/tls/server.key')dnl",
        "R$*			$#error $@ 5.7.0 $: "530 Must issue a STARTTLS command first"",
      ]
    `)
    expect(mc({ tls: 'none', submission: { tls: 'offered' }, local: { accounts: ['jim'] } }, /DAEMON_OPTIONS/)).toEqual(
      [
        "DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp, M=AS')dnl",
        "DAEMON_OPTIONS(`Family=inet, Name=MSP-v4, Port=submission, M=Ea')dnl",
        "DAEMON_OPTIONS(`Family=inet, Name=MSPS-v4, Port=465, M=Eas')dnl",
      ],
    )
  })

  it('requires TLS on one port alone', () => {
    const input: TopologyInput = { submission: { tls: 'required' }, local: { accounts: ['jim'] } }
    expect(mc(input, /daemon_name|^R(?:MTA|MSP)/)).toEqual(['R$*\t\t\t$: $&{daemon_name}', 'RMTA-v4\t\t$@ OK'])
    expect(mc({ ...input, submission: { tls: 'offered' }, tls: 'required' }, /^R(?:MTA|MSP)/)).toEqual([
      'RMSP-v4\t\t$@ OK',
    ])
  })

  it('takes no TLS older than it is told to', () => {
    expect(mc({ tlsMinimum: 'TLSv1.3' }, /SSL_OPTIONS/)).toEqual([
      "define(`confSERVER_SSL_OPTIONS', `+SSL_OP_NO_TLSv1 +SSL_OP_NO_TLSv1_1 +SSL_OP_NO_TLSv1_2')dnl",
    ])
  })

  it.each([
    ['none', 'Try_TLS:198.18.4.1\tNO'],
    ['opportunistic', undefined],
    ['required', 'TLS_Srv:198.18.4.1\tENCR:112'],
    ['verified', 'TLS_Srv:198.18.4.1\tVERIFY:112+CN:upstream.rig.test'],
  ] as const)('says in the access table how upstreams are reached: %s', (outboundTls, entry) => {
    const lines = file('/etc/mail/access', { outboundTls }).split('\n')
    expect(lines.find((line) => /^T(?:ry_TLS|LS_Srv):198\.18\.4\.1\t/.test(line))).toBe(entry)
  })

  it('refuses different TLS for upstreams that share an address', () => {
    const input: TopologyInput = { upstreams: ['isp'], smarthost: { upstream: 'isp', tls: 'required' } }
    expect(() => render(context(input))).toThrow(/tells upstreams apart by address/)
  })

  it('puts native lines before the mailers and after them', () => {
    const text = file('/etc/mail/sendmail.mc', {
      native: { sendmail: { mc: ['dnl native mc'], cf: ['LOCAL_RULESETS', 'SLocal_check_mail'] } },
    })
    expect(text.indexOf('dnl native mc')).toBeLessThan(text.indexOf('MAILER('))
    expect(text.endsWith('LOCAL_RULESETS\nSLocal_check_mail\n')).toBe(true)
  })
})

describe('accounts in tables', () => {
  it('leaves every address of the domain to the mail store', () => {
    const topology: TopologyInput = { accounts: 'postgresql', domains: { 'example.com': { mailboxes: ['jim'] } } }
    expect(file('/etc/mail/virtusertable', topology)).toBe('')
    expect(file('/etc/mail/mailertable', topology)).toContain('example.com\tstore:[198.18.3.11]')
  })

  it.each<TopologyInput>([
    { domains: { 'example.com': { mailboxes: ['jim'], aliases: { info: 'jim' } } } },
    { domains: { 'example.com': { mailboxes: ['jim'], catchAll: 'jim' } } },
    { virtualAliasDomains: { 'example.com': {} } },
  ])('refuses what it would have to look up itself: %j', (topology) => {
    expect(() => render(context({ ...topology, accounts: 'postgresql' }))).toThrow(
      /sendmail finds no aliases and catch-alls in SQL tables.*example\.com/,
    )
  })
})

describe('accounts in a directory', () => {
  const accounts: TopologyInput = {
    accounts: 'ldap',
    domains: { 'example.com': { mailboxes: ['jim'], catchAll: 'jim' } },
  }

  it('asks for mailboxes, then for aliases and catch-alls, and leaves others to the mail store', () => {
    expect(file('/etc/mail/virtusertable', accounts)).toBe('')
    expect(mc(accounts, /^K|virtusertable/)).toMatchInlineSnapshot(`
      [
        "Kdirmailbox ldap -h undefined -w 3 -M simple -d "cn=mail,dc=rig,dc=test" -P /etc/mailrig/ldap-secret -T<TMPF> -1 -s one -b "ou=mailboxes,dc=rig,dc=test" -k "(mail=%0)" -v mail",
        "Kdiralias ldap -h undefined -w 3 -M simple -d "cn=mail,dc=rig,dc=test" -P /etc/mailrig/ldap-secret -T<TMPF> -1 -s one -b "ou=aliases,dc=rig,dc=test" -k "(mail=%0)" -v mailDestination",
        "FEATURE(\`virtusertable', \`sequence dirmailbox diralias')dnl",
      ]
    `)
    expect(render(context(accounts)).files.find(({ path }) => path === '/etc/mailrig/ldap-secret')?.mode).toBe(0o600)
  })

  it('refuses lists, and domains without mailboxes', () => {
    const domains = { 'example.com': { mailboxes: ['jim', 'petra'], aliases: { team: ['jim', 'petra'] } } }
    expect(() => render(context({ ...accounts, domains }))).toThrow(/several for team@example\.com/)
    const virtualAliasDomains = { 'example.net': {} }
    expect(() => render(context({ ...accounts, virtualAliasDomains }))).toThrow(/without mailboxes .* has example\.net/)
  })
})
