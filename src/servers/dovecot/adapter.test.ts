import { describe, expect, it } from 'vitest'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import { RELEASES, type Release } from '../release.ts'
import { dovecot } from './adapter.ts'

function render(input: TopologyInput, release: Release = 'bookworm', database?: string) {
  return dovecot.render({
    topology: parseTopology(input),
    release,
    addresses: {
      networks: {
        lan: { subnet: '198.18.1.0/24', gateway: '198.18.1.1' },
        internet: { subnet: '198.18.2.0/24', gateway: '198.18.2.1' },
      },
      mta: { lan: '198.18.1.2', internet: '198.18.2.2' },
      store: '198.18.1.3',
      ...(database === undefined ? {} : { database }),
      dns: '198.18.1.1',
      upstreams: { upstream: { address: '198.18.2.1', port: 25, host: 'upstream.example' } },
      smtpPort: 25,
    },
    tls: { certificate: 'CERTIFICATE\n', key: 'KEY\n', authority: 'AUTHORITY\n' },
  })
}

function file(path: string, ...of: Parameters<typeof render>): string | undefined {
  return render(...of)
    .files.find((candidate) => candidate.path === path)
    ?.content.toString()
}

const conf = (...of: Parameters<typeof render>) => file('/etc/dovecot/dovecot.conf', ...of)?.split('\n') ?? []

const JIM: TopologyInput = { domains: { 'example.com': { mailboxes: ['jim'] } } }

describe('dovecot.conf', () => {
  it('speaks the language of 2.3 on bookworm', () => {
    const lines = conf({}, 'bookworm')
    expect(lines).toContain('mail_location = maildir:~/Maildir')
    expect(lines).toContain('disable_plaintext_auth = no')
    expect(lines.join('\n')).not.toContain('dovecot_config_version')
  })

  it('speaks the language of 2.4 on trixie, which must begin with its version', () => {
    const lines = conf({}, 'trixie')
    expect(lines[0]).toBe('dovecot_config_version = 2.4.0')
    expect(lines).toContain('mail_driver = maildir')
    expect(lines).toContain('auth_allow_cleartext = yes')
  })

  it.each(RELEASES)('listens on every port of the store: %s', (release) => {
    const ports = conf({}, release).flatMap((line) => /^ {4}port = (\d+)$/.exec(line)?.[1] ?? [])
    expect(ports.map(Number).toSorted((a, b) => a - b)).toEqual([24, 110, 143, 993, 995, 4190, 12340, 12345])
  })

  it.each(RELEASES)('has no port for TLS where there is none: %s', (release) => {
    const lines = conf({ ...JIM, store: { tls: 'none' } }, release)
    expect(lines).toContain('ssl = no')
    expect(lines).not.toContain('    port = 993')
    expect(lines).not.toContain('    port = 995')
  })

  it.each([
    ['bookworm', 'disable_plaintext_auth = yes'],
    ['trixie', 'auth_allow_cleartext = no'],
  ] as const)('lets nobody in without TLS where it is required: %s', (release, line) => {
    const lines = conf({ ...JIM, store: { tls: 'required', tlsMinimum: 'TLSv1.3' } }, release)
    expect(lines).toEqual(expect.arrayContaining(['ssl = required', 'ssl_min_protocol = TLSv1.3', line]))
  })

  it('cannot tell the Dovecot of bullseye to speak no TLS older than 1.3', () => {
    const least = (tlsMinimum: 'TLSv1.2' | 'TLSv1.3') => () => conf({ ...JIM, store: { tlsMinimum } }, 'bullseye')
    expect(least('TLSv1.3')).toThrow(
      'store.tlsMinimum: the Dovecot of Debian bullseye does not know "TLSv1.3" as the least that TLS may be',
    )
    expect(least('TLSv1.2')()).toContain('ssl_min_protocol = TLSv1.2')
  })

  it.each(RELEASES)('names the mechanisms in the order of the topology: %s', (release) => {
    const store = { mechanisms: ['SCRAM-SHA-256' as const, 'PLAIN' as const] }
    expect(conf({ ...JIM, store }, release)).toContain('auth_mechanisms = scram-sha-256 plain')
  })

  it.each([
    ['bookworm', 'mail_location = mbox:~/mail:INBOX=~/inbox'],
    ['trixie', 'mail_inbox_path = ~/inbox'],
  ] as const)('keeps an mbox where that is asked for: %s', (release, line) => {
    expect(conf({ ...JIM, store: { mailboxFormat: 'mbox' } }, release)).toContain(line)
  })

  it.each([
    ['bookworm', '  driver = pam', '  override_fields = mail=mbox:~/mail:INBOX=/var/mail/%u'],
    ['trixie', 'passdb pam {', '    mail_inbox_path = /var/mail/%{user}'],
  ] as const)('asks PAM for Unix accounts, and reads their spool: %s', (release, ...lines) => {
    const topology = { local: { accounts: ['tom'] }, store: { localAccounts: true } }
    expect(conf(topology, release)).toEqual(expect.arrayContaining([...lines, 'mail_privileged_group = mail']))
  })

  it.each(RELEASES)('takes the recipient delimiter from the topology: %s', (release) => {
    expect(conf({}, release)).toContain('recipient_delimiter = +')
    expect(conf({ recipientDelimiter: null }, release)).toContain('recipient_delimiter = ')
  })

  it.each(RELEASES)('lets Sieve send by way of the MTA: %s', (release) => {
    expect(conf({}, release)).toContain('submission_host = 198.18.1.2:25')
  })

  it.each(RELEASES)('puts native lines last, where they win: %s', (release) => {
    const native = { dovecot: { conf: ['auth_mechanisms = plain', 'mail_debug = yes'] } }
    expect(conf({ native }, release).slice(-3)).toEqual(['auth_mechanisms = plain', 'mail_debug = yes', ''])
  })
})

describe('users', () => {
  const users = (input: TopologyInput) => file('/etc/dovecot/users', input)

  it('has a line a mailbox, of every domain', () => {
    const domains = { 'example.com': { mailboxes: ['jim', 'petra'] }, 'example.org': { mailboxes: { jim: {} } } }
    expect(users({ domains })).toMatchInlineSnapshot(`
      "jim@example.com:{PLAIN}secret::::/var/vmail/example.com/jim::
      petra@example.com:{PLAIN}secret::::/var/vmail/example.com/petra::
      jim@example.org:{PLAIN}secret::::/var/vmail/example.org/jim::
      "
    `)
  })

  it('hides a password that would end the field', () => {
    const domains = { 'example.com': { mailboxes: { jim: { password: 'a:b c' } } } }
    expect(users({ domains })).toContain(`:{PLAIN.b64}${Buffer.from('a:b c').toString('base64')}:`)
  })

  it('folds names, and makes no path of a local part', () => {
    const domains = { 'example.com': { mailboxes: ['Jim/../x'] } }
    expect(users({ domains })).toBe('jim/../x@example.com:{PLAIN}secret::::/var/vmail/example.com/jim=2f..=2fx::\n')
  })
})

describe('quotas', () => {
  const mailboxes = {
    jim: { quota: { storage: '1K', messages: 5 } },
    petra: { quota: { storage: 2000, full: 'defer' } },
    gerda: { quota: { messages: 1 } },
  } as const
  const fields = (release: Release) =>
    file('/etc/dovecot/users', { domains: { 'example.com': { mailboxes } } }, release)
      ?.trimEnd()
      .split('\n')
      .map((line) => line.replace(/^.*::/, ''))

  it('are limits of one user in the words of 2.3', () => {
    expect(fields('bookworm')).toEqual([
      'userdb_quota_rule=*:storage=1024B:messages=5',
      'userdb_quota_rule=*:storage=2000B userdb_quota_full_tempfail=yes',
      'userdb_quota_rule=*:messages=1',
    ])
  })

  it('are limits of one user in the words of 2.4', () => {
    expect(fields('trixie')).toEqual([
      'userdb_quota_storage_size=1024B userdb_quota_message_count=5',
      'userdb_quota_storage_size=2000B userdb_quota_full_tempfail=yes',
      'userdb_quota_message_count=1',
    ])
  })
})

describe('Sieve scripts', () => {
  it('lie in the homes of their users, with a list of them', () => {
    const domains = { 'example.com': { mailboxes: { Jim: { sieve: 'keep;\n' }, petra: {} } } }
    expect(file('/var/vmail/example.com/jim/sieve/topology.sieve', { domains })).toBe('keep;\n')
    expect(file('/etc/mailrig/sieve-homes', { domains })).toBe('/var/vmail/example.com/jim\n')
    expect(file('/etc/mailrig/sieve-homes', {})).toBeUndefined()
  })
})

describe('accounts in PostgreSQL', () => {
  const tables = (release: Release) => [{ accounts: 'postgresql' }, release, '198.18.1.4'] as const

  it('has the queries in a file that root alone reads: bookworm', () => {
    expect(conf(...tables('bookworm'))).toContain('  args = /etc/dovecot/dovecot-sql.conf.ext')
    const sql = render(...tables('bookworm')).files.find(({ path }) => path === '/etc/dovecot/dovecot-sql.conf.ext')
    expect(sql).toMatchInlineSnapshot(`
      {
        "content": "driver = pgsql
      connect = host=198.18.1.4 dbname=mail user=mail password=mail
      password_query = SELECT '{PLAIN}' || password AS password FROM mailboxes WHERE address = '%Lu' AND 1 / length('%Lu') IS NOT NULL
      user_query = SELECT '/var/vmail/' || domain || '/' || (SELECT string_agg(CASE WHEN c ~ '[a-z0-9._+-]' THEN c ELSE '=' || encode(convert_to(c, 'UTF8'), 'hex') END, '') FROM regexp_split_to_table(local_part, '') AS c) AS home, CASE WHEN coalesce(quota_storage, quota_messages) IS NOT NULL THEN '*:bytes=' || coalesce(quota_storage, 0) || ':messages=' || coalesce(quota_messages, 0) END AS quota_rule, CASE quota_full WHEN 'defer' THEN 'yes' END AS quota_full_tempfail FROM mailboxes WHERE address = '%Lu' AND 1 / length('%Lu') IS NOT NULL
      iterate_query = SELECT address AS user FROM mailboxes
      ",
        "mode": 384,
        "path": "/etc/dovecot/dovecot-sql.conf.ext",
      }
    `)
  })

  it('has the queries in its configuration: trixie', () => {
    const text = conf(...tables('trixie')).join('\n')
    expect(text.slice(text.indexOf('sql_driver'), text.indexOf('ssl ='))).toMatchInlineSnapshot(`
      "sql_driver = pgsql
      pgsql 198.18.1.4 {
        parameters {
          dbname = mail
          user = mail
          password = mail
        }
      }
      passdb sql {
        query = SELECT '{PLAIN}' || password AS password FROM mailboxes WHERE address = '%{user | lower}' AND 1 / length('%{user | lower}') IS NOT NULL
      }
      userdb sql {
        query = SELECT '/var/vmail/' || domain || '/' || (SELECT string_agg(CASE WHEN c ~ '[a-z0-9._+-]' THEN c ELSE '=' || encode(convert_to(c, 'UTF8'), 'hex') END, '') FROM regexp_split_to_table(local_part, '') AS c) AS home, quota_storage AS quota_storage_size, quota_messages AS quota_message_count, CASE quota_full WHEN 'defer' THEN 'yes' END AS quota_full_tempfail FROM mailboxes WHERE address = '%{user | lower}' AND 1 / length('%{user | lower}') IS NOT NULL
        iterate_query = SELECT address AS user FROM mailboxes
      }

      "
    `)
  })

  it.each(RELEASES)('writes no passwd-file: %s', (release) => {
    expect(file('/etc/dovecot/users', ...tables(release))).toBeUndefined()
  })
})

describe('accounts in MariaDB', () => {
  const tables = (release: Release) => [{ accounts: 'mariadb' }, release, '198.18.1.4'] as const

  it('writes no character that Dovecot would read itself, and each but "=" once: bookworm', () => {
    const sql = render(...tables('bookworm')).files.find(({ path }) => path === '/etc/dovecot/dovecot-sql.conf.ext')
    const text = String(sql?.content)
    expect(text).toContain(
      "password_query = SELECT concat('{PLAIN}', password) AS password FROM mailboxes WHERE address = '%Lu'",
    )
    expect(text).toContain("replace(replace(local_part, char(61), '=3d'), char(33), '=21')")
    expect(text.replaceAll('%Lu', '')).not.toMatch(/[%#]/)
  })

  it('logs in by settings of its own: trixie', () => {
    const text = conf(...tables('trixie')).join('\n')
    expect(text).toContain(
      'sql_driver = mysql\nmysql 198.18.1.4 {\n  dbname = mail\n  user = mail\n  password = mail\n}',
    )
  })
})

describe('accounts in a directory', () => {
  const entries = (release: Release) => [{ accounts: 'ldap' }, release, '198.18.1.4'] as const

  it('has the search in a file that root alone reads: bookworm', () => {
    expect(conf(...entries('bookworm'))).toContain('  args = /etc/dovecot/dovecot-ldap.conf.ext')
    const file = render(...entries('bookworm')).files.find(({ path }) => path === '/etc/dovecot/dovecot-ldap.conf.ext')
    expect(file).toMatchInlineSnapshot(`
      {
        "content": "uris = ldap://198.18.1.4
      ldap_version = 3
      dn = cn=mail,dc=rig,dc=test
      dnpass = mail
      base = ou=mailboxes,dc=rig,dc=test
      scope = onelevel
      pass_filter = (mail=%Lu)
      pass_attrs = mail=user, =password={PLAIN}%{ldap:userPassword}
      user_filter = (mail=%Lu)
      user_attrs = =home=/var/vmail/%Ld/%Ln, =quota_rule=*:bytes=%{ldap:quotaStorage:0}:messages=%{ldap:quotaMessages:0}, =quota_full_tempfail=%{if;%{ldap:quotaFull:refuse};eq;defer;yes;no}
      iterate_filter = (objectClass=mailbox)
      iterate_attrs = mail=user
      ",
        "mode": 384,
        "path": "/etc/dovecot/dovecot-ldap.conf.ext",
      }
    `)
  })

  it('has the search in its configuration: trixie', () => {
    const text = conf(...entries('trixie')).join('\n')
    expect(text.slice(text.indexOf('ldap_uris'), text.indexOf('ssl ='))).toMatchInlineSnapshot(`
      "ldap_uris = ldap://198.18.1.4
      ldap_auth_dn = cn=mail,dc=rig,dc=test
      ldap_auth_dn_password = mail
      ldap_base = ou=mailboxes,dc=rig,dc=test
      ldap_scope = onelevel
      passdb ldap {
        filter = (mail=%{user | lower})
        fields {
          user = %{ldap:mail}
          password = {PLAIN}%{ldap:userPassword}
        }
      }
      userdb ldap {
        filter = (mail=%{user | lower})
        fields {
          home = /var/vmail/%{user | domain | lower}/%{user | username | lower}
          quota_storage_size = %{ldap:quotaStorage | default('unlimited')}
          quota_message_count = %{ldap:quotaMessages | default('unlimited')}
          quota_full_tempfail = %{ldap:quotaFull | default('refuse') | if('eq', 'defer', 'yes', 'no')}
        }
        iterate_filter = (objectClass=mailbox)
        iterate_fields {
          user = %{ldap:mail}
        }
      }

      "
    `)
  })
})

describe('files', () => {
  it('makes the Unix accounts with the numbers they have on the MTA’s host', () => {
    const local = { accounts: { tom: {}, mary: { password: 'a:b' } } }
    const topology = { local, store: { localAccounts: true } }
    expect(file('/etc/mailrig/passwd', topology)).toBe(
      'tom:x:2000:2000::/home/tom:/bin/sh\nmary:x:2001:2001::/home/mary:/bin/sh\n',
    )
    expect(file('/etc/mailrig/group', topology)).toBe('tom:x:2000:\nmary:x:2001:\n')
    expect(file('/etc/mailrig/secrets', topology)).toBe('tom:secret\nmary:a:b\n')
    expect(file('/etc/mailrig/passwd', { local })).toBeUndefined()
  })

  it('keeps the private key to root', () => {
    expect(render({}).files.find(({ path }) => path === '/etc/dovecot/tls.key')).toEqual({
      path: '/etc/dovecot/tls.key',
      content: 'KEY\n',
      mode: 0o600,
    })
  })
})

describe('going on for the next rig', () => {
  it('is for stores that know their users by a file', () => {
    expect(render(JIM).renewal?.data).toEqual(['/etc/dovecot/users', '/etc/mailrig', '/var/vmail'])
  })

  it.each<[string, Parameters<typeof render>]>([
    ['a database', [{ accounts: 'postgresql' }, 'trixie', '198.18.1.4']],
    ['PAM', [{ ...JIM, local: { accounts: ['anna'] }, store: { localAccounts: true } }]],
    // Such as auth_cache_size.
    [
      "settings in Dovecot's own words, which may have it remember",
      [{ ...JIM, native: { dovecot: { conf: ['a = b'] } } }],
    ],
  ])('is not for those with %s', (_, of) => {
    expect(render(...of).renewal).toBeUndefined()
  })
})

describe('version', () => {
  it.each([
    ['2.3.19.1 (9b53102964)\n', '2.3.19.1'],
    ['2.4.1-4 (7d8c0e5759)\n', '2.4.1-4'],
  ])('reads %j', (stdout, version) => {
    expect(dovecot.version.parse(stdout)).toBe(version)
  })
})

describe('folders', () => {
  const SHARING: TopologyInput = {
    ...JIM,
    store: { sharing: true, metadata: true, folders: { 'Sent Items': { specialUse: 'Sent' }, Work: {} } },
  }

  it.each(['bookworm', 'trixie'] as const)(
    'have a use, rights and annotations only where they are asked for, on %s',
    (release) => {
      const lines = conf(SHARING, release).map((line) => line.trim())
      expect(lines).toEqual(
        expect.arrayContaining(['mailbox "Sent Items" {', 'special_use = \\Sent', 'mailbox "Work" {']),
      )
      expect(lines).toEqual(expect.arrayContaining(['namespace shared {', 'imap_metadata = yes', 'mode = 0777']))
      const plain = conf(JIM, release).join('\n')
      expect(plain).not.toMatch(/acl|metadata|special_use|shared/)
    },
  )
})
