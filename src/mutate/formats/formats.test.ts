import { describe, expect, it } from 'vitest'
import type { ConfigFormat } from '../../servers/mutation.ts'
import { applyChange } from '../change.ts'
import { OPERATORS } from '../operators.ts'

/** What differs → the text with that change. */
function changed(format: ConfigFormat, text: string): Record<string, string> {
  return Object.fromEntries(OPERATORS[format](text).map((change) => [change.what, applyChange(text, change)]))
}

/** What each change is called, with its line. */
function named(format: ConfigFormat, text: string): string[] {
  return OPERATORS[format](text).map(({ line, what }) => `${line} ${what}`)
}

describe('parameters', () => {
  const main = `# the host
smtpd_helo_required = yes
smtpd_relay_restrictions = permit_mynetworks,
    check_client_access cidr:/etc/postfix/clients,
    reject_unauth_destination
message_size_limit = 10240
`

  it('goes back to the default, with the lines that belong to it', () => {
    expect(changed('parameters', main)['smtpd_relay_restrictions is dropped: back to its default']).toBe(
      '# the host\nsmtpd_helo_required = yes\nmessage_size_limit = 10240\n',
    )
  })

  it('flips, empties, shortens, swaps, opens and changes numbers', () => {
    expect(named('parameters', main)).toEqual([
      '2 smtpd_helo_required is dropped: back to its default',
      '2 smtpd_helo_required is no, not yes',
      '3 smtpd_relay_restrictions is dropped: back to its default',
      '3 smtpd_relay_restrictions is empty',
      '3 smtpd_relay_restrictions has no permit_mynetworks',
      '3 smtpd_relay_restrictions has no check_client_access cidr:/etc/postfix/clients',
      '3 smtpd_relay_restrictions has no reject_unauth_destination',
      '3 smtpd_relay_restrictions has check_client_access cidr:/etc/postfix/clients before permit_mynetworks',
      '3 smtpd_relay_restrictions has reject_unauth_destination before check_client_access cidr:/etc/postfix/clients',
      '3 smtpd_relay_restrictions permits all before reject_unauth_destination',
      '6 message_size_limit is dropped: back to its default',
      '6 message_size_limit is 20480, not 10240',
      '6 message_size_limit is 5120, not 10240',
      '6 message_size_limit is 0, not 10240',
    ])
    expect(
      changed('parameters', main)['smtpd_relay_restrictions permits all before reject_unauth_destination'],
    ).toContain(
      'smtpd_relay_restrictions = permit_mynetworks, check_client_access cidr:/etc/postfix/clients, check_client_access static:OK, reject_unauth_destination\nmessage',
    )
  })

  it('takes a restriction and its argument for one where no commas part them', () => {
    expect(
      named('parameters', 'smtpd_client_restrictions = permit_mynetworks reject_rbl_client bl.example reject\n'),
    ).toContain('1 smtpd_client_restrictions has no reject_rbl_client bl.example')
  })

  it('opens a network, with the host’s bits gone', () => {
    const texts = changed('parameters', 'mynetworks = 127.0.0.0/8 192.0.2.32/28\n')
    expect(texts['mynetworks has 192.0.0.0/20, not 192.0.2.32/28']).toBe('mynetworks = 127.0.0.0/8 192.0.0.0/20\n')
    expect(texts['mynetworks has 0.0.0.0/0, not 127.0.0.0/8']).toBe('mynetworks = 0.0.0.0/0 192.0.2.32/28\n')
  })

  it('leaves sentences whole', () => {
    expect(named('parameters', 'smtpd_banner = $myhostname ESMTP, welcome\n')).toEqual([
      '1 smtpd_banner is dropped: back to its default',
    ])
  })
})

describe('services', () => {
  const master = `smtp inet n - n - - smtpd
submission inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o { smtpd_relay_restrictions = permit_sasl_authenticated, reject }
`

  it('drops a service with its options, and each option', () => {
    const texts = changed('services', master)
    expect(texts['the service submission inet is dropped']).toBe('smtp inet n - n - - smtpd\n')
    expect(texts['submission inet has no -o smtpd_tls_security_level=encrypt']).toBe(
      master.replace('  -o smtpd_tls_security_level=encrypt\n', ''),
    )
    expect(Object.keys(texts)).toHaveLength(4)
  })
})

describe('table', () => {
  it('drops a row, and swaps targets', () => {
    const aliases =
      'root: alice@example.com\n# sales\npostmaster: root\ninfo@example.com\tjim@example.com,\n  ann@example.com\n'
    expect(named('table', aliases)).toEqual([
      '1 the row of root is dropped',
      '3 the row of postmaster is dropped',
      '4 the row of info@example.com is dropped',
      '3 postmaster and info@example.com lead where the other led',
    ])
    const texts = changed('table', aliases)
    expect(texts['the row of info@example.com is dropped']).not.toContain('ann')
    expect(texts['postmaster and info@example.com lead where the other led']).toContain(
      'postmaster: jim@example.com, ann@example.com\ninfo@example.com\troot\n',
    )
  })
})

describe('access-table', () => {
  it('says the opposite, and swaps rows only where the first that fits counts', () => {
    expect(named('access-table', 'Connect:192.0.2.1\tRELAY\nspam.example REJECT\n')).toEqual([
      '1 the row of Connect:192.0.2.1 is dropped',
      '2 the row of spam.example is dropped',
      '1 Connect:192.0.2.1 says REJECT, not RELAY',
      '2 spam.example says OK, not REJECT',
    ])
    const cidr = '192.0.2.1/32 OK\n192.0.2.0/24 550 5.7.1 no\n'
    const texts = changed('access-table', cidr)
    expect(texts['192.0.2.0/24 comes before 192.0.2.1/32']).toBe('192.0.2.0/24 550 5.7.1 no\n192.0.2.1/32 OK\n')
    expect(texts['192.0.2.0/24 says OK, not 550 5.7.1 no']).toBe('192.0.2.1/32 OK\n192.0.2.0/24 OK\n')
  })
})

describe('sections', () => {
  const exim = `domainlist local = example.com : localhost
message_size_limit = 50M
no_syslog_duplication
begin acl
check_rcpt:
  deny hosts = 192.0.2.0/24 : \\
    192.0.3.0/24
       message = go away
  accept domains = +local
  accept
begin routers
dnslookup:
  driver = dnslookup
  domains = ! +local

local:
  driver = accept
  transport = spool
begin transports
spool:
  driver = appendfile
  file = /var/mail/x
begin retry
* * F,1h,1m
`

  it('changes options, statements, conditions, drivers and their order', () => {
    expect(named('sections', exim)).toEqual([
      '1 domainlist local is empty',
      '1 domainlist local has no example.com',
      '1 domainlist local has no localhost',
      '2 message_size_limit is dropped: back to its default',
      '2 message_size_limit is 100M, not 50M',
      '2 message_size_limit is 25M, not 50M',
      '2 message_size_limit is 0M, not 50M',
      '3 no_syslog_duplication is dropped: back to its default',
      '3 syslog_duplication, not no_syslog_duplication',
      '6 check_rcpt: “deny hosts = 192.0.2.0/24 : 192.0.3.0/24” is dropped',
      '6 check_rcpt: accept instead of deny hosts = 192.0.2.0/24 : 192.0.3.0/24',
      '6 check_rcpt: “deny” without “hosts = 192.0.2.0/24 : 192.0.3.0/24”',
      '8 check_rcpt: “deny” without “message = go away”',
      '9 check_rcpt: “accept domains = +local” is dropped',
      '9 check_rcpt: deny instead of accept domains = +local',
      '9 check_rcpt: “accept” without “domains = +local”',
      '10 check_rcpt: “accept” is dropped',
      '10 check_rcpt: deny instead of accept',
      '12 the router dnslookup is dropped',
      '12 the router local comes before dnslookup',
      '14 the router dnslookup has no “domains = ! +local”',
      '16 the router local is dropped',
      '18 the router local has no “transport = spool”',
      '20 the transport spool is dropped',
      '22 the transport spool has no “file = /var/mail/x”',
      '24 the retry rule “* * F,1h,1m” is dropped',
    ])
  })

  it('keeps the verb where its first condition goes, and the rest where routers swap', () => {
    const texts = changed('sections', exim)
    expect(texts['check_rcpt: “deny” without “hosts = 192.0.2.0/24 : 192.0.3.0/24”']).toContain(
      'check_rcpt:\n  deny\n       message = go away\n',
    )
    expect(texts['the router local comes before dnslookup']).toContain(
      'begin routers\nlocal:\n  driver = accept\n  transport = spool\n\ndnslookup:\n  driver = dnslookup\n  domains = ! +local\nbegin transports',
    )
  })
})

describe('macros', () => {
  const mc =
    "OSTYPE(`debian')dnl\nFEATURE(`access_db', `hash\n/etc/mail/access')dnl\ndefine(`confMAX_MESSAGE_SIZE', `4096')dnl\nLOCAL_CONFIG\nO LogLevel=9\n"

  it('drops calls, changes what is defined, and leaves the frame', () => {
    expect(named('macros', mc)).toEqual([
      "2 FEATURE(`access_db', `hash is dropped",
      "4 define(`confMAX_MESSAGE_SIZE', `4096') is dropped",
      '4 confMAX_MESSAGE_SIZE is 8192, not 4096',
      '4 confMAX_MESSAGE_SIZE is 2048, not 4096',
      '4 confMAX_MESSAGE_SIZE is 0, not 4096',
      '6 the line O LogLevel=9 is dropped',
    ])
    expect(changed('macros', mc)["FEATURE(`access_db', `hash is dropped"]).not.toContain('access')
  })
})

describe('rules', () => {
  const conf = `table trusted { 192.0.2.0/24 }
smtp max-message-size 4096
listen on 0.0.0.0 port 25 tls-require pki rig
action "relay" relay
match from any for domain "example.com" action "local"
match from src <trusted> for any action "relay"
`

  it('drops directives and options, swaps rules', () => {
    expect(named('rules', conf)).toEqual([
      '1 “table trusted { 192.0.2.0/24 }” is dropped',
      '1 “table trusted { 192.0.2.0/24 }” has 192.0.0.0/16, not 192.0.2.0/24',
      '2 “smtp max-message-size 4096” is dropped',
      '2 smtp max-message-size is 8192, not 4096',
      '2 smtp max-message-size is 2048, not 4096',
      '2 smtp max-message-size is 0, not 4096',
      '3 “listen on 0.0.0.0 port 25 tls-require pki rig” is dropped',
      '3 “listen on 0.0.0.0 port 25 tls-require pki rig” has no tls-require',
      '4 “action "relay" relay” is dropped',
      '5 “match from any for domain "example.com" action "local"” is dropped',
      '5 “match from any for domain "example.com" action "local"” has no from any',
      '5 “match from any for domain "example.com" action "local"” has no for domain "example.com"',
      '6 “match from src <trusted> for any action "relay"” is dropped',
      '6 “match from src <trusted> for any action "relay"” has no from src <trusted>',
      '6 “match from src <trusted> for any action "relay"” has no for any',
      '5 “match from src <trusted> for any action "relay"” comes before “match from any for domain "example.com" action "local"”',
    ])
    expect(
      changed('rules', conf)[
        '“match from src <trusted> for any action "relay"” comes before “match from any for domain "example.com" action "local"”'
      ],
    ).toMatch(/\nmatch from src .*\nmatch from any .*\n$/)
  })
})

describe('blocks', () => {
  const conf = `ssl = required
protocols = imap lmtp
service imap-login {
  inet_listener imap {
    port = 143
  }
}
`

  it('drops settings and blocks, flips, empties, changes numbers', () => {
    expect(named('blocks', conf)).toEqual([
      '1 ssl is dropped: back to its default',
      '1 ssl is empty',
      '2 protocols is dropped: back to its default',
      '2 protocols is empty',
      '2 protocols has no imap',
      '2 protocols has no lmtp',
      '3 the block service imap-login is dropped',
      '4 the block inet_listener imap is dropped',
      '5 port of service imap-login / inet_listener imap is dropped: back to its default',
      '5 port of service imap-login / inet_listener imap is 286, not 143',
      '5 port of service imap-login / inet_listener imap is 71, not 143',
      '5 port of service imap-login / inet_listener imap is 0, not 143',
    ])
    expect(changed('blocks', conf)['the block service imap-login is dropped']).toBe(
      'ssl = required\nprotocols = imap lmtp\n',
    )
  })
})

describe('sieve', () => {
  it('drops actions, with the lines that belong to them, and no test', () => {
    const script =
      'require ["fileinto"];\nif header "x" "y" {\n  fileinto "Junk; really";\n  stop;\n}\nvacation :days 1\n  "away";\n'
    expect(named('sieve', script)).toEqual([
      '3 the action fileinto "Junk; really" is dropped',
      '4 the action stop is dropped',
      '6 the action vacation … is dropped',
    ])
    expect(changed('sieve', script)['the action vacation … is dropped']).toMatch(/\}\n$/)
  })
})
