import { describe, expect, it } from 'vitest'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import { postfix } from './adapter.ts'

type Changes = Partial<Omit<RenderContext, 'topology' | 'addresses'>> & { store?: false; database?: string }

function render(input: TopologyInput, { store, database, ...changes }: Changes = {}) {
  const addresses: RenderContext['addresses'] = {
    networks: {
      lan: { subnet: '198.18.1.0/24', gateway: '198.18.1.1' },
      internet: { subnet: '198.18.2.0/24', gateway: '198.18.2.1' },
    },
    mta: { lan: '198.18.1.2', internet: '198.18.2.2' },
    dns: '198.18.1.1',
    upstreams: {
      upstream: { address: '198.18.2.1', port: 25, host: 'upstream.example' },
      isp: { address: '198.18.2.1', port: 2525, host: 'isp.example' },
    },
    smtpPort: 25,
    filters: {
      milters: { filter: { address: '198.18.2.1', port: 10861 }, other: { address: '198.18.2.1', port: 10862 } },
      policies: { greylist: { address: '198.18.2.1', port: 10863 }, size: { address: '198.18.2.1', port: 10864 } },
    },
    filterServers: '198.18.1.4',
    ...(store === false ? {} : { store: '198.18.1.3' }),
    ...(database === undefined ? {} : { database }),
  }
  return postfix.render({
    topology: parseTopology(input),
    release: 'bookworm',
    addresses,
    tls: { certificate: 'CERTIFICATE\n', key: 'KEY\n', authority: 'AUTHORITY\n' },
    ...changes,
  })
}

function file(path: string, ...of: Parameters<typeof render>): string | undefined {
  return render(...of)
    .files.find((candidate) => candidate.path === path)
    ?.content.toString()
}

/** The lines of main.cf that set these parameters. */
function parameters(names: string[], ...of: Parameters<typeof render>): string {
  const lines = (file('/etc/postfix/main.cf', ...of) ?? '').split('\n')
  return names.map((name) => lines.filter((line) => line.startsWith(`${name} =`)).join('\n') || `no ${name}`).join('\n')
}

const COMPANY: TopologyInput = {
  domains: { 'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: ['petra', 'jim'] }, catchAll: 'jim' } },
}

describe('main.cf', () => {
  it('asks each milter where mailrig plays it, and does without it as the topology says', () => {
    const input: TopologyInput = { ...COMPANY, milters: { filter: { timeout: 2 }, other: { onFailure: 'accept' } } }
    expect(parameters(['smtpd_milters'], input)).toBe(
      'smtpd_milters = { inet:198.18.2.1:10861, default_action=tempfail, connect_timeout=2s, command_timeout=2s, content_timeout=2s }, { inet:198.18.2.1:10862, default_action=accept }',
    )
  })

  it('asks policy services behind what it looks at itself, in the list that the topology names', () => {
    const input: TopologyInput = {
      ...COMPANY,
      access: [{ recipient: 'jim@example.com', action: 'REJECT' }],
      policies: { greylist: {}, size: { at: 'end-of-data', onFailure: 'accept', timeout: 2 } },
    }
    expect(parameters(['smtpd_recipient_restrictions', 'smtpd_end_of_data_restrictions'], input)).toBe(
      [
        'smtpd_recipient_restrictions = check_recipient_access hash:/etc/postfix/access_recipient, check_policy_service { inet:198.18.2.1:10863 }',
        'smtpd_end_of_data_restrictions = check_policy_service { inet:198.18.2.1:10864, default_action=DUNNO, timeout=2s }',
      ].join('\n'),
    )
  })

  it("asks Debian's milters before those that mailrig plays, and Debian's policy services after, about strangers", () => {
    const input: TopologyInput = {
      ...COMPANY,
      filters: {
        opendmarc: {},
        opendkim: { onFailure: 'accept' },
        'policyd-spf': {},
        postgrey: { onFailure: 'accept' },
      },
      milters: ['filter'],
      policies: ['greylist'],
    }
    expect(parameters(['smtpd_milters', 'smtpd_recipient_restrictions'], input)).toBe(
      [
        'smtpd_milters = { inet:198.18.1.4:8891, default_action=accept }, { inet:198.18.1.4:8893, default_action=tempfail }, { inet:198.18.2.1:10861, default_action=tempfail }',
        'smtpd_recipient_restrictions = check_policy_service { inet:198.18.2.1:10863 }, permit_mynetworks, permit_sasl_authenticated, check_policy_service { inet:198.18.1.4:10031 }, check_policy_service { inet:198.18.1.4:10023, default_action=DUNNO }',
      ].join('\n'),
    )
  })

  it('has PostSRSd rewrite the senders of forwarded mail, beside domains that are renamed', () => {
    const rewriting = { srs: 'example.com', domains: { 'old.example': 'example.com' } }
    const names = ['sender_canonical_maps', 'sender_canonical_classes', 'recipient_canonical_maps']
    expect(parameters(names, { ...COMPANY, rewriting })).toBe(
      [
        'sender_canonical_maps = tcp:198.18.1.4:10001',
        'sender_canonical_classes = envelope_sender',
        'recipient_canonical_maps = tcp:198.18.1.4:10002, hash:/etc/postfix/canonical',
      ].join('\n'),
    )
  })

  it('says all of this for a domain with mailboxes', () => {
    expect(file('/etc/postfix/main.cf', COMPANY)).toMatchInlineSnapshot(`
      "compatibility_level = 3.6
      smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
      myhostname = mx.example.com
      myorigin = mx.example.com
      mydestination = mx.example.com, localhost
      inet_interfaces = all
      inet_protocols = ipv4
      recipient_delimiter = +
      append_dot_mydomain = no
      biff = no
      maillog_file = /dev/stdout
      enable_long_queue_ids = yes
      virtual_alias_maps = hash:/etc/postfix/virtual
      virtual_alias_domains =
      virtual_mailbox_domains = example.com
      virtual_mailbox_maps = texthash:/etc/postfix/vmailbox
      virtual_transport = lmtp:inet:[198.18.1.3]:24
      alias_maps = hash:/etc/aliases
      alias_database = hash:/etc/aliases
      local_recipient_maps = unix:passwd.byname $alias_maps
      mailbox_command =
      home_mailbox =
      mailbox_size_limit = 0
      mailbox_delivery_lock = fcntl
      mynetworks = 127.0.0.0/8 198.18.1.3/32
      relay_domains =
      relayhost =
      transport_maps =
      smtp_tcp_port = 25
      smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination
      smtp_generic_maps =
      recipient_canonical_maps =
      smtpd_tls_security_level = may
      smtpd_tls_chain_files = /etc/postfix/tls.pem
      smtpd_tls_loglevel = 1
      smtpd_tls_protocols = >=TLSv1.2
      smtpd_tls_mandatory_protocols = >=TLSv1.2
      smtp_tls_security_level = may
      smtp_tls_CAfile = /etc/postfix/ca.pem
      smtp_tls_loglevel = 1
      smtp_tls_policy_maps =
      smtpd_sasl_type = dovecot
      smtpd_sasl_path = inet:198.18.1.3:12345
      message_size_limit = 10485760
      smtpd_error_sleep_time = 0
      smtpd_soft_error_limit = 1000
      smtpd_hard_error_limit = 1000
      smtpd_junk_command_limit = 1000
      smtpd_client_connection_count_limit = 0
      queue_run_delay = 1s
      minimal_backoff_time = 2s
      maximal_backoff_time = 2s
      in_flow_delay = 0s
      "
    `)
  })

  it('keeps the character of the release', () => {
    expect(parameters(['compatibility_level', 'smtpd_banner'], COMPANY, { release: 'trixie' })).toMatchInlineSnapshot(`
      "compatibility_level = 3.9
      smtpd_banner = $myhostname ESMTP $mail_name (Debian)"
    `)
  })

  it('names host, origin and local domains', () => {
    const input = { host: 'mail.example.org', origin: 'example.org', local: { domains: ['example.org'] } }
    expect(parameters(['myhostname', 'myorigin', 'mydestination'], input)).toMatchInlineSnapshot(`
      "myhostname = mail.example.org
      myorigin = example.org
      mydestination = mail.example.org, example.org, localhost"
    `)
  })

  it('never lists a host name as local that is a domain with mailboxes', () => {
    const input = { host: 'example.com', domains: { 'example.com': { mailboxes: ['jim'] } } }
    expect(parameters(['mydestination', 'virtual_mailbox_domains'], input)).toMatchInlineSnapshot(`
      "mydestination = localhost
      virtual_mailbox_domains = example.com"
    `)
  })

  it('asks the store at RCPT about those mailboxes that refuse mail when they are full', () => {
    const input: TopologyInput = {
      domains: {
        'example.com': {
          mailboxes: { jim: { quota: { messages: 1 } }, petra: { quota: { messages: 1, full: 'defer' } }, tom: {} },
        },
      },
    }
    const names = ['smtpd_recipient_restrictions', 'smtpd_restriction_classes', 'mailbox_quota']
    expect(parameters(names, input)).toMatchInlineSnapshot(`
      "smtpd_recipient_restrictions = check_recipient_access hash:/etc/postfix/quota_recipients
      smtpd_restriction_classes = mailbox_quota
      mailbox_quota = check_policy_service inet:198.18.1.3:12340"
    `)
    expect(file('/etc/postfix/quota_recipients', input)).toBe('jim@example.com\tmailbox_quota\n')
    expect(parameters(names, COMPANY)).toBe(names.map((name) => `no ${name}`).join('\n'))
  })

  it('delivers by procmail where somebody has recipes', () => {
    const local = { accounts: { jim: { procmailrc: [':0', 'all/'] }, petra: {} }, mailboxFormat: 'maildir' } as const
    expect(parameters(['mailbox_command'], { local })).toBe('mailbox_command = /usr/bin/procmail -a "$EXTENSION"')
    expect(file('/home/jim/.procmailrc', { local })).toBe(':0\nall/\n')
    expect(file('/etc/procmailrc', { local })).toBe('DROPPRIVS=yes\nDEFAULT=$HOME/Maildir/\n')
    expect(file('/etc/procmailrc', { local: { accounts: ['jim'] } })).toBeUndefined()
  })

  it('limits an mbox, and refuses to say so of a Maildir, where the limit would be one of each message', () => {
    expect(parameters(['mailbox_size_limit'], { local: { mailboxQuota: '20M' } })).toBe('mailbox_size_limit = 20971520')
    expect(() => render({ local: { mailboxQuota: '20M', mailboxFormat: 'maildir' } })).toThrow(
      'local.mailboxQuota: Postfix limits the size of a file, and a Maildir has one for each message',
    )
  })

  it('resolves the names of trusted networks', () => {
    expect(parameters(['mynetworks'], { trustedNetworks: ['lan', '192.0.2.0/24'] })).toBe(
      'mynetworks = 127.0.0.0/8 198.18.1.3/32 198.18.1.0/24 192.0.2.0/24',
    )
  })

  it.each([
    ['none', 'none'],
    ['offered', 'may'],
    ['required', 'encrypt'],
  ] as const)('with TLS %s, the server says %s', (tls, level) => {
    expect(parameters(['smtpd_tls_security_level'], { tls })).toBe(`smtpd_tls_security_level = ${level}`)
  })

  it('takes no TLS older than it is told to', () => {
    const names = ['smtpd_tls_protocols', 'smtpd_tls_mandatory_protocols']
    expect(parameters(names, { tlsMinimum: 'TLSv1.3' })).toBe(
      'smtpd_tls_protocols = >=TLSv1.3\nsmtpd_tls_mandatory_protocols = >=TLSv1.3',
    )
  })

  // It knows no ">=", and would offer no TLS at all.
  it.each([
    ['TLSv1.2', '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1'],
    ['TLSv1.3', '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1, !TLSv1.2'],
  ] as const)('tells Postfix 3.5 what is older than %s', (tlsMinimum, protocols) => {
    expect(parameters(['smtpd_tls_protocols'], { tlsMinimum }, { release: 'bullseye' })).toBe(
      `smtpd_tls_protocols = ${protocols}`,
    )
  })

  it('says what TLS is wanted on the way out, and to which next hop another', () => {
    const names = ['smtp_tls_security_level', 'smtp_tls_policy_maps']
    expect(parameters(names, { outboundTls: 'none', smarthost: 'upstream' })).toBe(
      'smtp_tls_security_level = none\nsmtp_tls_policy_maps =',
    )
    expect(parameters(names, { smarthost: { upstream: 'upstream', tls: 'required' } })).toBe(
      'smtp_tls_security_level = may\nsmtp_tls_policy_maps = hash:/etc/postfix/tls_policy',
    )
    const policy = (input: TopologyInput) => file('/etc/postfix/tls_policy', input)
    expect(policy({ smarthost: { upstream: 'upstream', tls: 'required' } })).toMatch(/^\[[\d.]+\]:25\s+encrypt\n$/)
    // A next hop given as an address has no name of its own that a certificate could be for.
    expect(policy({ smarthost: 'upstream', outboundTls: 'verified' })).toMatch(
      /^\[[\d.]+\]:25\s+secure match=upstream\.\S+\n$/,
    )
  })

  it('relays: domains, smarthost, routes', () => {
    const input = {
      relayDomains: ['partner.example'],
      smarthost: 'isp',
      upstreams: ['isp'],
      routes: { 'b.example': 'isp' },
    }
    expect(parameters(['relay_domains', 'relayhost', 'transport_maps'], input)).toMatchInlineSnapshot(`
      "relay_domains = partner.example
      relayhost = [198.18.2.1]:2525
      transport_maps = hash:/etc/postfix/transport"
    `)
    expect(file('/etc/postfix/transport', input)).toBe('b.example\tsmtp:[198.18.2.1]:2525\n')
  })

  it('turns the recipient delimiter off, and changes it', () => {
    expect(parameters(['recipient_delimiter'], { recipientDelimiter: null })).toBe('recipient_delimiter =')
    expect(parameters(['recipient_delimiter'], { recipientDelimiter: '-' })).toBe('recipient_delimiter = -')
    expect(parameters(['recipient_delimiter'], { recipientDelimiter: '+-' })).toBe('recipient_delimiter = +-')
  })

  it('announces the size limit', () => {
    expect(parameters(['message_size_limit'], { limits: { messageSize: 2048 } })).toBe('message_size_limit = 2048')
  })

  it('delivers to Maildirs of Unix accounts where asked', () => {
    expect(parameters(['home_mailbox'], { local: { mailboxFormat: 'maildir' } })).toBe('home_mailbox = Maildir/')
  })

  it('gives a parameter once, in the words of native', () => {
    const native = { postfix: { 'main.cf': { message_size_limit: '99', smtpd_milters: 'inet:a:1,\n   inet:b:2' } } }
    expect(parameters(['message_size_limit', 'smtpd_milters'], { native })).toBe(
      'message_size_limit = 99\nsmtpd_milters = inet:a:1,',
    )
    expect(file('/etc/postfix/main.cf', { native })).toContain('smtpd_milters = inet:a:1,\n  inet:b:2\n')
  })

  it('has no mail store to deliver to, nor to authenticate against', () => {
    const input = { domains: { 'example.com': { aliases: { sales: ['jim@remote.example'] } } } }
    expect(
      parameters(['virtual_transport', 'virtual_mailbox_maps', 'smtpd_sasl_path'], input, { store: false }),
    ).toMatchInlineSnapshot(`
      "virtual_transport = error:5.1.1 this topology has no mail store
      virtual_mailbox_maps = texthash:/etc/postfix/vmailbox
      no smtpd_sasl_path"
    `)
  })
})

describe('tables', () => {
  it('lets mailboxes and aliases win over the catch-all', () => {
    expect(file('/etc/postfix/virtual', COMPANY)).toMatchInlineSnapshot(`
      "jim@example.com	jim@example.com
      petra@example.com	petra@example.com
      sales@example.com	petra@example.com, jim@example.com
      @example.com	jim@example.com
      "
    `)
    expect(file('/etc/postfix/vmailbox', COMPANY)).toMatchInlineSnapshot(`
      "jim@example.com	lmtp
      petra@example.com	lmtp
      "
    `)
  })

  it('lists virtual alias domains, and maps their addresses', () => {
    const input = {
      virtualAliasDomains: { 'example.org': { aliases: { info: 'jim@example.com' }, catchAll: 'a@b.example' } },
    }
    expect(parameters(['virtual_alias_domains', 'virtual_alias_maps'], input)).toMatchInlineSnapshot(`
      "virtual_alias_domains = example.org
      virtual_alias_maps = hash:/etc/postfix/virtual"
    `)
    expect(file('/etc/postfix/virtual', input)).toMatchInlineSnapshot(`
      "info@example.org	jim@example.com
      @example.org	a@b.example
      "
    `)
  })

  it('refuses, accepts, discards and relays by access rules', () => {
    const input: TopologyInput = {
      access: [
        { client: '192.0.2.7', action: 'REJECT' },
        { client: '198.18.0.0/15', action: 'REJECT' },
        { client: 'lan', action: 'RELAY' },
        { client: 'client.example', action: 'OK' },
        { sender: 'spam.example', action: 'DISCARD' },
        { sender: 'friend@spam.example', action: 'OK' },
        { recipient: 'gone@example.com', action: { code: 550, enhanced: '5.1.6', text: 'moved away' } },
        { recipient: 'busy@example.com', action: { code: 450, text: 'later' } },
        { recipient: 'partner.example', action: 'RELAY' },
      ],
    }
    expect(
      parameters(
        [
          'smtpd_client_restrictions',
          'smtpd_sender_restrictions',
          'smtpd_recipient_restrictions',
          'smtpd_relay_restrictions',
        ],
        input,
      ),
    ).toMatchInlineSnapshot(`
      "smtpd_client_restrictions = check_client_access cidr:/etc/postfix/access_networks.cidr, check_client_access hash:/etc/postfix/access_client
      smtpd_sender_restrictions = check_sender_access hash:/etc/postfix/access_sender
      smtpd_recipient_restrictions = check_recipient_access hash:/etc/postfix/access_recipient
      smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, check_client_access cidr:/etc/postfix/relay_networks.cidr, check_recipient_access hash:/etc/postfix/relay_recipient, defer_unauth_destination"
    `)
    const tables = render(input).files.filter(({ path }) => /\/(?:access|relay)_/.test(path))
    expect(tables.map(({ path, content }) => `${path}\n${content}`).join('\n')).toMatchInlineSnapshot(`
      "/etc/postfix/access_client
      client.example	OK

      /etc/postfix/access_sender
      spam.example	FILTER discard:access
      friend@spam.example	OK

      /etc/postfix/access_recipient
      gone@example.com	550 5.1.6 moved away
      busy@example.com	450 later
      partner.example	OK

      /etc/postfix/relay_recipient
      partner.example	OK

      /etc/postfix/access_networks.cidr
      192.0.2.7	REJECT
      198.18.1.0/24	OK
      198.18.0.0/15	REJECT

      /etc/postfix/relay_networks.cidr
      198.18.1.0/24	OK
      "
    `)
  })

  it('rewrites what leaves', () => {
    const input: TopologyInput = {
      host: 'mx.example.com',
      rewriting: { masqueradeAs: 'example.com', generic: { 'jim@example.com': 'james@example.net' } },
    }
    expect(parameters(['smtp_generic_maps'], input)).toBe('smtp_generic_maps = hash:/etc/postfix/generic')
    expect(file('/etc/postfix/generic', input)).toBe(
      'jim@example.com\tjames@example.net\n@mx.example.com\t@example.com\n',
    )
  })

  it('rewrites recipient domains, address by address where the addresses are known', () => {
    const input: TopologyInput = {
      domains: { 'example.com': { mailboxes: ['jim'], aliases: { sales: ['jim'] } } },
      relayDomains: ['partner.example'],
      rewriting: {
        domains: { 'old.example': 'example.com', 'past.example': 'partner.example', 'x.example': 'y.example' },
      },
    }
    expect(
      parameters(['recipient_canonical_maps', 'virtual_alias_domains', 'local_header_rewrite_clients'], input),
    ).toMatchInlineSnapshot(`
      "recipient_canonical_maps = hash:/etc/postfix/canonical
      virtual_alias_domains = old.example, past.example
      local_header_rewrite_clients = static:all"
    `)
    expect(file('/etc/postfix/canonical', input)).toMatchInlineSnapshot(`
      "jim@old.example	jim@example.com
      sales@old.example	sales@example.com
      @past.example	@partner.example
      @x.example	@y.example
      "
    `)
  })

  it('compiles what the configuration names, tables of the author included', () => {
    const input: TopologyInput = {
      ...COMPANY,
      local: { files: { '/etc/postfix/mine': 'a b\n', '/etc/lists/all': 'jim\n' } },
      native: { postfix: { 'main.cf': { sender_canonical_maps: 'hash:/etc/postfix/mine, hash:/etc/postfix/absent' } } },
    }
    expect(file('/etc/mailrig/tables', input)?.split('\n').toSorted()).toEqual([
      '',
      'hash:/etc/postfix/mine',
      'hash:/etc/postfix/virtual',
    ])
  })
})

describe('master.cf', () => {
  it('offers AUTH at submission where there is a mail store', () => {
    expect(file('/etc/postfix/master.cf', COMPANY)?.split('\n').slice(-9)).toMatchInlineSnapshot(`
      [
        "  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
        "submissions inet n - n  -      -  smtpd",
        "  -o syslog_name=postfix/submissions",
        "  -o smtpd_tls_wrappermode=yes",
        "  -o smtpd_tls_security_level=encrypt",
        "  -o smtpd_sasl_auth_enable=yes",
        "  -o smtpd_sasl_mechanism_filter=plain,login",
        "  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
        "",
      ]
    `)
  })

  it('offers at submission what the topology names, when it is to', () => {
    const submission = { tls: 'required', mechanisms: ['PLAIN', 'SCRAM-SHA-256'] } as const
    const master = file('/etc/postfix/master.cf', {
      ...COMPANY,
      submission: { ...submission, mechanisms: [...submission.mechanisms] },
    })
    expect(master).toContain(
      '\n  -o smtpd_tls_security_level=encrypt\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_sasl_mechanism_filter=plain,scram-sha-256\n  -o smtpd_tls_auth_only=yes\n',
    )
  })

  it('lets trusted networks submit where there is none', () => {
    expect(file('/etc/postfix/master.cf', {}, { store: false })).toMatch(
      /\nsubmission inet .*\n {2}-o syslog_name=postfix\/submission\n {2}-o smtpd_tls_security_level=may\n {2}-o smtpd_relay_restrictions=permit_mynetworks,reject\n/,
    )
  })

  it('replaces a service by the native one, and adds others', () => {
    const lines = ['smtp inet n - n - - smtpd', '  -o smtpd_proxy_filter=127.0.0.1:10025', '2525 inet n - n - - smtpd']
    const master = file('/etc/postfix/master.cf', { native: { postfix: { 'master.cf': lines } } })?.split('\n') ?? []
    expect(master.slice(0, 2)).toEqual(lines.slice(0, 2))
    expect(master.at(-2)).toBe(lines.at(-1))
    expect(master.filter((line) => /^smtp\s+inet/.test(line))).toHaveLength(1)
    expect(master.filter((line) => /^smtp\s+unix/.test(line))).toHaveLength(1)
  })
})

describe('files', () => {
  const LOCAL: TopologyInput = {
    local: {
      accounts: { anna: {}, bert: { forward: ['anna@example.com', '\\bert'] } },
      aliases: { archive: '/var/lib/archive/all' },
      files: { '/usr/local/bin/sink': '#!/bin/sh\ncat > /dev/null\n', '/etc/aliases': 'mine: anna\n' },
    },
  }

  it('makes Unix accounts, and their .forward', () => {
    expect(file('/etc/mailrig/passwd', LOCAL)).toBe(
      'anna:x:2000:2000::/home/anna:/bin/sh\nbert:x:2001:2001::/home/bert:/bin/sh\n',
    )
    expect(file('/etc/mailrig/group', LOCAL)).toBe('anna:x:2000:\nbert:x:2001:\n')
    expect(file('/home/bert/.forward', LOCAL)).toBe('anna@example.com\n\\bert\n')
  })

  it('makes scripts executable, and files that aliases append to writable', () => {
    const modes = Object.fromEntries(render(LOCAL).files.map(({ path, mode }) => [path, mode]))
    expect(modes['/usr/local/bin/sink']).toBe(0o755)
    expect(modes['/var/lib/archive/all']).toBe(0o666)
  })

  it('has a file of the author behind its own, which it replaces', () => {
    const aliases = render(LOCAL).files.filter(({ path }) => path === '/etc/aliases')
    expect(aliases.at(-1)).toEqual({ path: '/etc/aliases', content: 'mine: anna\n' })
  })

  it('keeps the private key to root', () => {
    const chain = render({}).files.find(({ path }) => path === '/etc/postfix/tls.pem')
    expect(chain).toEqual({ path: '/etc/postfix/tls.pem', content: 'KEY\nCERTIFICATE\n', mode: 0o600 })
  })
})

describe('queueIdOf', () => {
  it('reads the id from an acceptance, and only from one', () => {
    expect(postfix.queueIdOf({ code: 250, text: '2.0.0 Ok: queued as 4jXRFj1k6nzFlw1' })).toBe('4jXRFj1k6nzFlw1')
    expect(postfix.queueIdOf({ code: 250, text: '2.1.5 Ok' })).toBeUndefined()
    expect(postfix.queueIdOf({ code: 550, text: '5.7.1 not queued as asked' })).toBeUndefined()
  })
})

describe('supports', () => {
  it('gives a reason for what Postfix lacks', () => {
    expect(postfix.supports('recipient-verification', 'bookworm')).toBe(true)
    expect(postfix.supports('expn', 'bookworm')).toMatch(/EXPN/)
  })
})

describe('accounts in PostgreSQL', () => {
  const tables = [{ ...COMPANY, accounts: 'postgresql' }, { database: '198.18.1.4' }] as const

  it('asks for a mailbox before a catch-all', () => {
    expect(
      parameters(
        ['virtual_alias_maps', 'virtual_alias_domains', 'virtual_mailbox_domains', 'virtual_mailbox_maps'],
        ...tables,
      ),
    ).toMatchInlineSnapshot(`
      "virtual_alias_maps = pgsql:/etc/postfix/pgsql_aliases.cf, pgsql:/etc/postfix/pgsql_mailboxes.cf, pgsql:/etc/postfix/pgsql_catch_alls.cf
      virtual_alias_domains = pgsql:/etc/postfix/pgsql_alias_domains.cf
      virtual_mailbox_domains = pgsql:/etc/postfix/pgsql_mailbox_domains.cf
      virtual_mailbox_maps = pgsql:/etc/postfix/pgsql_mailboxes.cf"
    `)
  })

  it('has a file for each question, which root alone reads', () => {
    const file = render(...tables).files.find(({ path }) => path === '/etc/postfix/pgsql_aliases.cf')
    expect(file).toMatchInlineSnapshot(`
      {
        "content": "hosts = 198.18.1.4
      dbname = mail
      user = mail
      password = mail
      query = SELECT destination FROM aliases WHERE address = '%s'
      ",
        "mode": 384,
        "path": "/etc/postfix/pgsql_aliases.cf",
      }
    `)
  })

  it('writes no table of accounts', () => {
    const paths = render(...tables).files.map(({ path }) => path)
    expect(paths).not.toContain('/etc/postfix/virtual')
    expect(paths).not.toContain('/etc/postfix/vmailbox')
  })
})

it('asks MariaDB by mysql_table(5)', () => {
  const tables = [{ ...COMPANY, accounts: 'mariadb' }, { database: '198.18.1.4' }] as const
  expect(parameters(['virtual_mailbox_maps'], ...tables)).toBe(
    'virtual_mailbox_maps = mysql:/etc/postfix/mysql_mailboxes.cf',
  )
  const file = render(...tables).files.find(({ path }) => path === '/etc/postfix/mysql_catch_alls.cf')
  expect(file?.content).toContain("WHERE concat('@', name) = '%s' AND catch_all IS NOT NULL")
})

it('asks a directory by ldap_table(5), as somebody who has logged in', () => {
  const entries = [{ ...COMPANY, accounts: 'ldap' }, { database: '198.18.1.4' }] as const
  expect(parameters(['virtual_mailbox_domains'], ...entries)).toBe(
    'virtual_mailbox_domains = ldap:/etc/postfix/ldap_mailbox_domains.cf',
  )
  expect(render(...entries).files.find(({ path }) => path === '/etc/postfix/ldap_aliases.cf')).toMatchInlineSnapshot(`
    {
      "content": "server_host = ldap://198.18.1.4
    version = 3
    bind = yes
    bind_dn = cn=mail,dc=rig,dc=test
    bind_pw = mail
    search_base = ou=aliases,dc=rig,dc=test
    scope = one
    query_filter = (mail=%s)
    result_attribute = mailDestination
    ",
      "mode": 384,
      "path": "/etc/postfix/ldap_aliases.cf",
    }
  `)
})
