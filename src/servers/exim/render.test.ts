import { describe, expect, it } from 'vitest'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import type { RenderContext } from '../rendering.ts'
import './native.ts'
import { configuration, render } from './render.ts'

function context(input: TopologyInput, addresses: Partial<RenderContext['addresses']> = {}): RenderContext {
  return {
    topology: parseTopology(input),
    release: 'bookworm',
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
        isp: { address: '198.18.2.1', port: 2525, host: 'isp.example' },
      },
      smtpPort: 25,
      ...addresses,
    },
    tls: { certificate: 'CERTIFICATE', key: 'KEY', authority: 'AUTHORITY' },
  }
}

function without({ store: _, ...addresses }: RenderContext['addresses']): RenderContext['addresses'] {
  return addresses
}

/** The lines of one section: from `begin name`, or from the start, to the next `begin`. */
function section(name: string, input: TopologyInput, addresses?: Partial<RenderContext['addresses']>): string {
  const parts = configuration(context(input, addresses)).split(/^(?=begin )/m)
  return (name === 'main' ? parts[0] : parts.find((part) => part.startsWith(`begin ${name}\n`)))?.trimEnd() ?? ''
}

/** One named block of a section: an ACL, a router, a transport. */
function block(name: string, ...of: Parameters<typeof section>): string | undefined {
  return section(...of)
    .split('\n\n')
    .find((part) => part.startsWith(`${name}:`))
}

const COMPANY: TopologyInput = {
  domains: { 'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: ['petra', 'jim'] }, catchAll: 'jim' } },
}

describe('the main section', () => {
  it('names the server, its domains and its limits', () => {
    expect(
      section('main', { ...COMPANY, relayDomains: ['relay.example'], trustedNetworks: ['lan'] }),
    ).toMatchInlineSnapshot(`
      "domainlist local_domains = mx.example.com : localhost
      domainlist mailbox_domains = example.com
      domainlist virtual_alias_domains =
      domainlist our_domains = +local_domains : +mailbox_domains : +virtual_alias_domains
      domainlist relay_to_domains = relay.example
      domainlist renamed_domains =
      hostlist relay_from_hosts = 127.0.0.1 : 198.18.1.3 : 198.18.1.0/24

      primary_hostname = mx.example.com
      qualify_domain = mx.example.com
      local_interfaces = 0.0.0.0
      daemon_smtp_ports = 25 : 587 : 465
      tls_on_connect_ports = 465
      disable_ipv6
      acl_smtp_mail = acl_check_mail
      acl_smtp_rcpt = acl_check_rcpt
      acl_smtp_data = acl_check_data
      message_size_limit = 10485760
      tls_advertise_hosts = *
      tls_certificate = /etc/exim4/exim.crt
      tls_privatekey = /etc/exim4/exim.key
      tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2
      host_lookup = *
      dns_dnssec_ok = 1
      prdr_enable = true
      smtputf8_advertise_hosts =
      local_from_check = false
      local_sender_retain = true
      untrusted_set_sender = *
      trusted_users = uucp
      gecos_pattern = ^([^,:]*)
      gecos_name = $1
      ignore_bounce_errors_after = 2d
      timeout_frozen_after = 7d
      freeze_tell = postmaster
      keep_environment =
      spool_directory = /var/spool/exim4
      log_selector = +smtp_protocol_error +smtp_syntax_error +tls_certificate_verified +tls_peerdn +millisec -queue_run +smtp_connection +received_recipients +queue_time
      write_rejectlog = false
      smtp_max_synprot_errors = 1000
      smtp_max_unknown_commands = 1000
      smtp_accept_max_nonmail = 1000
      smtp_accept_max = 1000
      smtp_connect_backlog = 128
      smtp_accept_queue_per_connection = 0"
    `)
  })

  it('leaves to native lines the named lists they set, as Exim refuses a list named twice', () => {
    const main = section('main', {
      native: { exim: { main: ['domainlist local_domains = lsearch;/etc/more'] } },
      relayDomains: ['relay.example'],
    })
    expect(main.match(/^domainlist local_domains .*/gm)).toEqual(['domainlist local_domains = lsearch;/etc/more'])
    expect(main).toContain('domainlist relay_to_domains = relay.example')
  })

  it('leaves to native options what they set, as Exim refuses an option set twice', () => {
    const main = section('main', {
      ...COMPANY,
      native: { exim: { main: ['no_prdr_enable', 'host_lookup = 192.0.2.0/24'] } },
    })
    expect(main.match(/^.*(?:prdr_enable|host_lookup).*$/gm)).toEqual(['no_prdr_enable', 'host_lookup = 192.0.2.0/24'])
  })

  it('offers no STARTTLS where the topology has no TLS', () => {
    expect(section('main', { ...COMPANY, tls: 'none' }).match(/^tls_adv.*$/gm)).toEqual(['tls_advertise_hosts ='])
  })
})

describe('the ACLs', () => {
  it("are Debian's", () => {
    expect(section('acl', COMPANY)).toMatchInlineSnapshot(`
      "begin acl

      acl_check_mail:
        deny
          condition = \${if or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}
          !hosts = : +relay_from_hosts
          !authenticated = *
          message = 530 5.7.0 Authentication required
        accept

      acl_check_rcpt:
        accept
          hosts = :
          control = dkim_disable_verify
        deny
          domains = +our_domains
          local_parts = ^[.] : ^.*[@%!/|\`#&?]
          message = restricted characters in address
        deny
          domains = !+our_domains
          local_parts = ^[./|] : ^.*[@%!\`#&?] : ^.*/\\\\.\\\\./
          message = restricted characters in address
        accept
          local_parts = postmaster
          domains = +local_domains : +relay_to_domains
        accept
          hosts = +relay_from_hosts
          control = submission/sender_retain
          control = dkim_disable_verify
        accept
          authenticated = *
          control = submission/sender_retain
          control = dkim_disable_verify
        require
          message = relay not permitted
          domains = +our_domains : +relay_to_domains : +renamed_domains
        require
          verify = recipient
        accept

      acl_check_data:
        deny
          condition = \${if > {$max_received_linelength}{998}}
          message = maximum allowed line length is 998 octets, got $max_received_linelength
        deny
          !verify = header_syntax
          message = header syntax
          log_message = header syntax ($acl_verify_message)
        accept"
    `)
  })

  it('refuse mail in the clear where TLS is required', () => {
    expect(block('acl_check_mail', 'acl', { ...COMPANY, tls: 'required' })).toMatchInlineSnapshot(`
      "acl_check_mail:
        deny
          !hosts = :
          !encrypted = *
          message = 530 5.7.0 Must issue a STARTTLS command first
        deny
          condition = \${if or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}
          !hosts = : +relay_from_hosts
          !authenticated = *
          message = 530 5.7.0 Authentication required
        accept"
    `)
  })

  it('have the most specific access rule of each kind win, in whatever order they are declared', () => {
    const rules = section('acl', {
      ...COMPANY,
      access: [
        { sender: 'spam.example', action: 'REJECT' },
        { sender: 'friend@spam.example', action: 'OK' },
        { sender: 'list@', action: { code: 451, enhanced: '4.7.1', text: 'try $again' } },
        { recipient: 'jim@example.com', action: 'DISCARD' },
        { client: '203.0.113', action: 'REJECT' },
        { client: '203.0.113.7', action: 'RELAY' },
        { client: 'spammer.example', action: 'REJECT' },
      ],
    })
    expect(rules.split(/^(?= {2}\w)/m).filter((text) => /spam|list@|jim@|203/.test(text))).toMatchInlineSnapshot(`
      [
        "  deny
          hosts = !203.0.113.7 : 203.0.113.0/24
          message = sender IP address $sender_host_address is locally blacklisted here. If you think this is wrong, get in touch with postmaster
      ",
        "  deny
          hosts = !203.0.113.7 : spammer.example : *.spammer.example
          message = sender IP address $sender_host_address is locally blacklisted here. If you think this is wrong, get in touch with postmaster
      ",
        "  defer
          senders = !friend@spam.example : ^(?i)list@
          message = 451 4.7.1 try \\$again
      ",
        "  deny
          senders = !friend@spam.example : spam.example : *.spam.example
          message = sender envelope address $sender_address is locally blacklisted here. If you think this is wrong, get in touch with postmaster
      ",
        "  discard
          recipients = jim@example.com
      ",
        "  accept
          hosts = 203.0.113.7
          control = submission/sender_retain
      ",
      ]
    `)
  })

  it('ask at RCPT whether a mailbox is full, where one can be', () => {
    const input: TopologyInput = {
      domains: { 'example.com': { mailboxes: { jim: { quota: { messages: 1 } } } } },
      local: { mailboxQuota: '20M' },
    }
    const statements = block('acl_check_rcpt', 'acl', input)?.split(/\n(?= {2}\w)/) ?? []
    expect(statements.filter((text) => text.includes('quota') || text.includes('callout'))).toMatchInlineSnapshot(`
      [
        "  deny
          domains = +local_domains
          !verify = recipient/quota=no_cache
          message = \${if eq{$recipient_verify_failure}{quota}{552 5.2.2 Mailbox is full}{$acl_verify_message}}",
        "  deny
          domains = +mailbox_domains : +virtual_alias_domains
          !verify = recipient/callout=10s,defer_ok,no_cache
          message = \${if match{$acl_verify_message}{5[.]2[.]2}{552 5.2.2 Mailbox is full}{$acl_verify_message}}",
      ]
    `)
    expect(section('transports', input)).toContain('  quota = 20971520')
    expect(section('retry', input)).toBe('begin retry\n* quota\n* * F,1h,1s')
    expect(block('acl_check_rcpt', 'acl', COMPANY)).not.toMatch(/quota|callout/)
    // An option that it does not know makes an ACL put off every recipient.
    const on4_94 = configuration({ ...context(input), release: 'bullseye' })
    expect(on4_94).not.toContain('recipient/quota')
    expect(on4_94).toContain('recipient/callout')
  })

  it('begin with native lines', () => {
    const acl = section('acl', {
      ...COMPANY,
      native: { exim: { acl_rcpt: ['  warn set acl_m0 = 1'], acl_data: ['  accept'] } },
    })
    expect(acl).toContain('acl_check_rcpt:\n  warn set acl_m0 = 1\n')
    expect(acl).toContain('acl_check_data:\n  accept\n')
  })
})

describe('the routers', () => {
  it('bring mail to the store, to accounts, and by MX to everywhere else', () => {
    expect(section('routers', COMPANY)).toMatchInlineSnapshot(`
      "begin routers

      dnslookup:
        driver = dnslookup
        domains = ! +our_domains
        transport = remote_smtp
        same_domain_copy_routing = yes
        ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8 : 169.254.0.0/16 : 255.255.255.255
        no_more

      virtual_aliases:
        driver = redirect
        domains = +mailbox_domains : +virtual_alias_domains
        local_part_suffix = +*
        local_part_suffix_optional
        data = \${lookup{$local_part$local_part_suffix@$domain}lsearch{/etc/exim4/virtual-aliases}{$value}{\${lookup{$local_part@$domain}lsearch{/etc/exim4/virtual-aliases}{$value}}}}
        forbid_file
        forbid_pipe
        forbid_include

      mailboxes:
        driver = accept
        domains = +mailbox_domains
        local_part_suffix = +*
        local_part_suffix_optional
        condition = \${lookup{$local_part$local_part_suffix@$domain}lsearch{/etc/exim4/mailboxes}{yes}{\${lookup{$local_part@$domain}lsearch{/etc/exim4/mailboxes}{yes}}}}
        transport = store_lmtp

      catch_all:
        driver = redirect
        domains = +mailbox_domains : +virtual_alias_domains
        data = \${lookup{$domain}lsearch{/etc/exim4/catch-all}}
        forbid_file
        forbid_pipe
        forbid_include

      real_local:
        driver = accept
        domains = +local_domains
        condition = \${if match_ip{$sender_host_address}{:@[]}}
        local_part_prefix = real-
        check_local_user
        transport = mail_spool

      system_aliases:
        driver = redirect
        domains = +local_domains
        local_part_suffix = +*
        local_part_suffix_optional
        allow_fail
        allow_defer
        data = \${lookup{$local_part$local_part_suffix}lsearch{/etc/aliases}{$value}{\${lookup{$local_part}lsearch{/etc/aliases}{$value}}}}
        qualify_preserve_domain
        file_transport = system_aliases_file
        pipe_transport = system_aliases_pipe

      userforward:
        driver = redirect
        domains = +local_domains
        check_local_user
        file = $home/.forward
        require_files = $local_part_data:$home/.forward
        no_verify
        no_expn
        check_ancestor
        qualify_preserve_domain
        allow_filter
        forbid_smtp_code = true
        directory_transport = address_directory
        file_transport = address_file
        pipe_transport = address_pipe
        reply_transport = address_reply
        skip_syntax_errors
        syntax_errors_to = real-$local_part@$domain

      local_user:
        driver = accept
        domains = +local_domains
        check_local_user
        local_parts = ! root
        transport = mail_spool
        cannot_route_message = Unknown user

      userforward_with_detail:
        driver = redirect
        domains = +local_domains
        local_part_suffix = +*
        check_local_user
        file = $home/.forward
        require_files = $local_part_data:$home/.forward
        no_verify
        no_expn
        check_ancestor
        qualify_preserve_domain
        allow_filter
        forbid_smtp_code = true
        directory_transport = address_directory
        file_transport = address_file
        pipe_transport = address_pipe
        reply_transport = address_reply
        skip_syntax_errors
        syntax_errors_to = real-$local_part@$domain

      local_user_with_detail:
        driver = accept
        domains = +local_domains
        local_part_suffix = +*
        check_local_user
        local_parts = ! root
        transport = mail_spool
        cannot_route_message = Unknown user

      mail4root:
        driver = redirect
        domains = +local_domains
        data = /var/mail/mail
        file_transport = address_file
        local_parts = root
        user = mail
        group = mail"
    `)
  })

  it('send mail by route and smarthost to the port each listens on', () => {
    const input: TopologyInput = { smarthost: 'isp', routes: { 'routed.example': 'upstream' }, upstreams: ['isp'] }
    expect([block('routes', 'routers', input), block('smarthost', 'routers', input)]).toMatchInlineSnapshot(`
      [
        "routes:
        driver = manualroute
        domains = ! +our_domains
        route_list = routed.example upstream.example::25 byname remote_smtp_smarthost
        same_domain_copy_routing = yes",
        "smarthost:
        driver = manualroute
        domains = ! +our_domains
        route_list = * isp.example::2525 byname remote_smtp_smarthost
        host_find_failed = ignore
        same_domain_copy_routing = yes
        no_more",
      ]
    `)
    expect(block('dnslookup', 'routers', input)).toBeUndefined()
  })

  it('know no detail where the delimiter is turned off', () => {
    expect(section('routers', { ...COMPANY, recipientDelimiter: null })).not.toContain('local_part_suffix =')
    expect(section('routers', { ...COMPANY, recipientDelimiter: '+-' })).toContain('local_part_suffix = +* : -*')
  })

  it('give accounts with recipes to procmail, and only them', () => {
    const local = { accounts: { jim: { procmailrc: [':0', 'all/'] } } }
    expect(block('procmail', 'routers', { local })).toMatchInlineSnapshot(`
      "procmail:
        driver = accept
        domains = +local_domains
        check_local_user
        transport = procmail_pipe
        require_files = $local_part_data:$home/.procmailrc:+/usr/bin/procmail
        no_verify
        no_expn"
    `)
    expect(block('procmail_with_detail', 'routers', { local })).toContain('local_part_suffix = +*')
    expect(block('procmail_pipe', 'transports', { local })).toContain('command = /usr/bin/procmail')
    expect(section('routers', { local: { accounts: ['jim'] } })).not.toContain('procmail')
  })

  it('stand behind native ones', () => {
    const native = { exim: { routers: ['first:\n  driver = accept'], rewrite: ['a@b.example c@d.example'] } }
    expect(section('routers', { ...COMPANY, native })).toMatch(
      /^begin routers\n\nfirst:\n {2}driver = accept\n\ndnslookup:/,
    )
    expect(section('rewrite', { native })).toBe('begin rewrite\na@b.example c@d.example')
  })
})

describe('the transports', () => {
  it('deliver to the store by LMTP', () => {
    expect(block('store_lmtp', 'transports', COMPANY)).toMatchInlineSnapshot(`
      "store_lmtp:
        driver = smtp
        protocol = lmtp
        hosts = 198.18.1.3
        hosts_override
        port = 24
        rcpt_include_affixes
        hosts_avoid_tls = *"
    `)
  })

  it('rewrite senders on the way out, and connect to the port of the upstreams', () => {
    const rewriting = { masqueradeAs: 'example.com', generic: { 'jim@example.com': 'Jim.Public@example.net' } }
    expect(block('remote_smtp', 'transports', { ...COMPANY, rewriting }, { smtpPort: 2525 })).toMatchInlineSnapshot(`
      "remote_smtp:
        driver = smtp
        port = 2525
        tls_verify_certificates = /etc/exim4/authority.crt
        headers_rewrite = *@* \${lookup{$0}lsearch{/etc/exim4/generic-addresses}{$value}fail} frs : *@mx.example.com $1@example.com frs
        return_path = \${lookup{$return_path}lsearch{/etc/exim4/generic-addresses}{$value}{\${if eqi{\${domain:$return_path}}{mx.example.com}{\${local_part:$return_path}@example.com}{$return_path}}}}"
    `)
  })
})

describe('TLS on the way out', () => {
  it.each([
    ['none', ['hosts_avoid_tls = *']],
    ['opportunistic', ['tls_verify_certificates = /etc/exim4/authority.crt']],
    ['required', ['tls_verify_certificates = /etc/exim4/authority.crt', 'hosts_require_tls = *']],
    [
      'verified',
      ['tls_verify_certificates = /etc/exim4/authority.crt', 'hosts_require_tls = *', 'tls_verify_hosts = *'],
    ],
  ] as const)('%s', (outboundTls, options) => {
    const transport = block('remote_smtp', 'transports', { ...COMPANY, outboundTls })
    expect(transport?.split('\n').slice(2)).toEqual(options.map((option) => `  ${option}`))
  })

  it('has a transport for each level, no name of which another begins with', () => {
    const input: TopologyInput = {
      upstreams: ['isp'],
      routes: { 'a.example': { upstream: 'isp', tls: 'verified' }, 'b.example': 'upstream' },
    }
    expect(block('routes', 'routers', input)).toContain(
      'route_list = a.example isp.example::2525 byname remote_smtp_verified_smarthost ; b.example upstream.example::25 byname remote_smtp_smarthost\n',
    )
    const names = section('transports', input).match(/^\w+smarthost(?=:)/gm) ?? []
    expect(names.toSorted()).toEqual(['remote_smtp_smarthost', 'remote_smtp_verified_smarthost'])
  })
})

describe('TLS on the way in', () => {
  const jim = { local: { accounts: ['jim'] } }

  it('may differ at submission', () => {
    const main = section('main', { ...jim, tls: 'none', submission: { tls: 'offered' } })
    expect(main).toContain(`tls_advertise_hosts = \${if eq{$received_port}{587}{*}{}}`)
    const acl = block('acl_check_mail', 'acl', { ...jim, submission: { tls: 'required' } })
    expect(acl).toContain(`condition = \${if eq{$received_port}{587}{true}{false}}`)
  })

  it('is no older than it is told to be', () => {
    expect(section('main', { tlsMinimum: 'TLSv1.3' })).toContain(
      'tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3\n',
    )
    expect(section('main', {})).toContain('tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2\n')
  })
})

describe('the rewriting of domains', () => {
  it('takes mail for a renamed domain of its own', () => {
    const input: TopologyInput = {
      ...COMPANY,
      rewriting: { domains: { 'old.example': 'example.com', 'x.example': 'y.example' } },
    }
    expect(section('rewrite', input)).toBe(
      'begin rewrite\n*@old.example $1@example.com Ttcb\n*@x.example $1@y.example Ttcb',
    )
    expect(section('main', input)).toContain('domainlist renamed_domains = old.example\n')
  })
})

describe('the authenticators', () => {
  it('ask for the password of the table on port 587', () => {
    expect(section('authenticators', COMPANY)).toMatchInlineSnapshot(`
      "begin authenticators

      plain:
        driver = plaintext
        server_prompts = :
        server_condition = \${if eq{\${base64:$auth3}}{\${lookup{$auth2}lsearch{/etc/exim4/passwd}{$value}fail}}}
        server_set_id = $auth2
        public_name = PLAIN
        server_advertise_condition = \${if or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}

      login:
        driver = plaintext
        server_prompts = Username:: : Password::
        server_condition = \${if eq{\${base64:$auth2}}{\${lookup{$auth1}lsearch{/etc/exim4/passwd}{$value}fail}}}
        server_set_id = $auth1
        public_name = LOGIN
        server_advertise_condition = \${if or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}"
    `)
  })

  it('compute CRAM-MD5, and ask Dovecot for SCRAM', () => {
    const submission: TopologyInput['submission'] = { mechanisms: ['CRAM-MD5', 'SCRAM-SHA-256'] }
    expect(section('authenticators', { ...COMPANY, submission })).toMatchInlineSnapshot(`
      "begin authenticators

      cram_md5:
        driver = cram_md5
        server_secret = \${base64d:\${lookup{$auth1}lsearch{/etc/exim4/passwd}{$value}fail}}
        server_set_id = $auth1
        public_name = CRAM-MD5
        server_advertise_condition = \${if or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}

      scram_sha_256:
        driver = dovecot
        server_socket = 198.18.1.3 12345
        server_set_id = $auth1
        public_name = SCRAM-SHA-256
        server_advertise_condition = \${if or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}"
    `)
    const accounts: TopologyInput = { local: { accounts: ['jim'] }, submission }
    expect(() => render({ ...context(accounts), addresses: without(context(accounts).addresses) })).toThrow(
      /has SCRAM-SHA-256 from the mail store alone/,
    )
  })

  it('want TLS first where the topology does', () => {
    expect(section('authenticators', { tls: 'required' }).match(/advertise_condition = (.*)/)?.[1]).toBe(
      `\${if and{{or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}{def:tls_in_cipher}}}`,
    )
  })
})

describe('the files', () => {
  const files = render(
    context({
      domains: {
        'example.com': { mailboxes: { jim: { password: ' a:b ' } }, aliases: { 'sales+x': 'jim' }, catchAll: 'jim' },
      },
      virtualAliasDomains: { 'example.net': { aliases: { info: ['jim@example.com', 'x@elsewhere.example'] } } },
      local: {
        accounts: { bob: {}, carol: { forward: ['bob', 'jim@example.com'] } },
        aliases: { Postmaster: 'bob', prog: "|/bin/sh -c 'cat'", team: ['bob', 'carol'], incl: ':include:/etc/list' },
        files: { '/usr/local/bin/run': '#!/bin/sh\n', '/etc/list': 'bob\n' },
      },
    }),
  ).files
  const content = (path: string) => files.find((file) => file.path === path)?.content

  it('hold the tables', () => {
    expect(content('/etc/exim4/mailboxes')).toBe('jim@example.com:\n')
    expect(content('/etc/exim4/virtual-aliases')).toBe(
      'sales+x@example.com: jim@example.com\ninfo@example.net: jim@example.com, x@elsewhere.example\n',
    )
    expect(content('/etc/exim4/catch-all')).toBe('example.com: jim@example.com\n')
    expect(content('/etc/exim4/passwd')).toBe('jim@example.com: IGE6YiA=\nbob: c2VjcmV0\ncarol: c2VjcmV0\n')
  })

  it("keep Debian's aliases that the topology does not replace", () => {
    expect(content('/etc/aliases')).toMatchInlineSnapshot(`
      "mailer-daemon: postmaster
      nobody: root
      Postmaster: bob
      prog: "|/bin/sh -c 'cat'"
      team: bob, carol
      incl: :include:/etc/list
      "
    `)
  })

  it('make accounts with homes', () => {
    expect(content('/etc/mailrig/passwd')).toBe(
      'bob:x:2000:2000::/home/bob:/bin/sh\ncarol:x:2001:2001::/home/carol:/bin/sh\n',
    )
    expect(content('/etc/mailrig/group')).toBe('bob:x:2000:\ncarol:x:2001:\n')
    expect(content('/home/carol/.forward')).toBe('bob\njim@example.com\n')
  })

  it('keep secrets from others and let scripts run', () => {
    expect(files.filter(({ mode }) => mode !== undefined).map(({ path, mode }) => [path, mode?.toString(8)])).toEqual([
      ['/etc/exim4/passwd', '640'],
      ['/etc/exim4/exim.key', '640'],
      ['/usr/local/bin/run', '755'],
    ])
  })
})

describe('accounts in PostgreSQL', () => {
  const tables = [{ ...COMPANY, accounts: 'postgresql' }, { database: '198.18.1.4' }] as const

  it('asks whether a domain is there, and hides the password', () => {
    const main = section('main', ...tables).split('\n')
    expect(main.filter((line) => /pgsql/.test(line))).toMatchInlineSnapshot(`
      [
        "domainlist mailbox_domains = \${lookup pgsql{SELECT name FROM domains WHERE name = '\${quote_pgsql:$domain}' AND kind = 'mailbox'}}",
        "domainlist virtual_alias_domains = \${lookup pgsql{SELECT name FROM domains WHERE name = '\${quote_pgsql:$domain}' AND kind = 'alias'}}",
        "hide pgsql_servers = 198.18.1.4/mail/mail/mail",
      ]
    `)
  })

  it('escapes what a client says', () => {
    expect(block('virtual_aliases', 'routers', ...tables)).toMatchInlineSnapshot(`
      "virtual_aliases:
        driver = redirect
        domains = +mailbox_domains : +virtual_alias_domains
        local_part_suffix = +*
        local_part_suffix_optional
        data = \${lookup pgsql{SELECT destination FROM aliases WHERE address = '\${quote_pgsql:$local_part$local_part_suffix@$domain}'}{$value}{\${lookup pgsql{SELECT destination FROM aliases WHERE address = '\${quote_pgsql:$local_part@$domain}'}{$value}}}}
        forbid_file
        forbid_pipe
        forbid_include"
    `)
  })

  it('takes the password from the row, and that of a Unix account from the file', () => {
    expect(block('plain', 'authenticators', ...tables)).toMatchInlineSnapshot(`
      "plain:
        driver = plaintext
        server_prompts = :
        server_condition = \${if eq{\${base64:$auth3}}{\${lookup pgsql{SELECT password FROM mailboxes WHERE address = '\${quote_pgsql:\${lc:$auth2}}'}{\${base64:$value}}{\${lookup{$auth2}lsearch{/etc/exim4/passwd}{$value}fail}}}}}
        server_set_id = $auth2
        public_name = PLAIN
        server_advertise_condition = \${if or{{eq{$received_port}{587}}{eq{$received_port}{465}}}}"
    `)
  })

  it('writes no table of accounts', () => {
    const paths = render(context(...tables)).files.map(({ path }) => path)
    expect(paths).not.toContain('/etc/exim4/mailboxes')
    expect(paths).not.toContain('/etc/exim4/virtual-aliases')
  })
})

it('asks MariaDB by the lookup mysql', () => {
  const main = section('main', { ...COMPANY, accounts: 'mariadb' }, { database: '198.18.1.4' }).split('\n')
  expect(main).toContain('hide mysql_servers = 198.18.1.4/mail/mail/mail')
  expect(main).toContain(
    `domainlist mailbox_domains = \${lookup mysql{SELECT name FROM domains WHERE name = '\${quote_mysql:$domain}' AND kind = 'mailbox'}}`,
  )
})

it('asks a directory by the lookup ldap', () => {
  const entries = [{ ...COMPANY, accounts: 'ldap' }, { database: '198.18.1.4' }] as const
  expect(block('catch_all', 'routers', ...entries)).toMatchInlineSnapshot(`
    "catch_all:
      driver = redirect
      domains = +mailbox_domains : +virtual_alias_domains
      data = \${lookup ldap{user="cn=mail,dc=rig,dc=test" pass=mail ldap://198.18.1.4/ou=aliases,dc=rig,dc=test?mailDestination?one?(mail=\${quote_ldap:@$domain})}}
      forbid_file
      forbid_pipe
      forbid_include"
  `)
})

describe('forwarded mail', () => {
  const input: TopologyInput = { ...COMPANY, rewriting: { srs: 'example.com' } }

  it('leaves in the name of the server, and what comes back is handed on', () => {
    expect(block('remote_smtp', 'transports', input)).toContain(
      `  return_path = \${if and{{def:parent_domain}{def:return_path}{!match_domain{\${domain:$return_path}}{+our_domains}}}{\${srs_encode{a secret of every rig}{$return_path}{example.com}}}{$return_path}}`,
    )
    expect(section('routers', input).split('\n\n')[1]).toBe(
      [
        'returned_mail:',
        '  driver = redirect',
        '  domains = example.com',
        `  condition = \${if inbound_srs{$local_part}{a secret of every rig}}`,
        '  data = $srs_recipient',
      ].join('\n'),
    )
  })

  it('does not in Exim 4.94', () => {
    expect(() => render({ ...context(input), release: 'bullseye' })).toThrow(/^rewriting\.srs: Exim 4\.94/)
  })
})
