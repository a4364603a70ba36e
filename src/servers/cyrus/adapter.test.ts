import { describe, expect, it } from 'vitest'
import type { TopologyInput } from '../../topology/schema.ts'
import { parseTopology } from '../../topology/topology.ts'
import '../registry.ts'
import { cyrus } from './adapter.ts'
import { mailboxesToMake } from './mailboxes.ts'
import { PATHS } from './paths.ts'

function render(input: TopologyInput) {
  return cyrus.render({
    topology: parseTopology(input),
    release: 'trixie',
    addresses: {
      networks: {
        lan: { subnet: '198.18.1.0/24', gateway: '198.18.1.1' },
        internet: { subnet: '198.18.2.0/24', gateway: '198.18.2.1' },
      },
      mta: { lan: '198.18.1.2', internet: '198.18.2.2' },
      store: '198.18.1.3',
      dns: '198.18.1.1',
      upstreams: { upstream: { address: '198.18.2.1', port: 25, host: 'upstream.example' } },
      smtpPort: 25,
    },
    tls: { certificate: 'CERTIFICATE\n', key: 'KEY\n', authority: 'AUTHORITY\n' },
  })
}

function file(path: string, input: TopologyInput): string {
  const found = render(input).files.find((candidate) => candidate.path === path)
  if (!found) throw new Error(`there is no ${path}`)
  return found.content.toString()
}

const settings = (input: TopologyInput) => file(PATHS.settings, input).split('\n')
const withMailboxes = (mailboxes: Record<string, object>): TopologyInput => ({
  domains: { 'example.com': { mailboxes } },
})
const JIM = withMailboxes({ jim: {} })

describe('imapd.conf', () => {
  it('offers TLS unless the topology wants none', () => {
    expect(settings(JIM)).toContain('allowstarttls: on')
    expect(settings({ ...JIM, store: { tls: 'none' } }).join()).not.toMatch(/starttls|tls_server/)
  })

  it('takes passwords in clear text unless TLS is required, and inside always', () => {
    expect(settings(JIM)).toContain('allowplaintext: yes')
    const required: TopologyInput = { ...JIM, store: { tls: 'required', tlsMinimum: 'TLSv1.3' } }
    expect(settings(required)).toEqual(expect.arrayContaining(['allowplaintext: no', 'tls_versions: tls1_3']))
    expect(file(PATHS.insideSettings, required)).toContain('allowplaintext: yes\n')
  })

  it('refuses or defers for all full mailboxes alike', () => {
    const full = (how: string) => settings(withMailboxes({ jim: { quota: { storage: '50K', full: how } } }))
    expect(full('refuse')).toContain('lmtp_over_quota_perm_failure: yes')
    expect(full('defer')).toContain('lmtp_over_quota_perm_failure: no')
  })

  it('has an MTA that takes nothing in clear text spoken to with TLS', () => {
    expect(settings(JIM)).toContain('smtp_host: 198.18.1.2:25')
    expect(settings({ ...JIM, tls: 'required' })).toContain('smtp_host: 198.18.1.2:25/tls')
  })
})

it('opens the ports of others only after the mailboxes are there', () => {
  expect(file(PATHS.services, JIM)).not.toMatch(/listen="(?:143|110|24|993|995|4190)"/)
  const all = file(PATHS.allServices, JIM)
  for (const port of [24, 110, 143, 993, 995, 4190]) expect(all).toContain(`listen="${port}"`)
  expect(file(PATHS.allServices, { ...JIM, store: { tls: 'none' } })).not.toMatch(/listen="99[35]"/)
})

it('lists the mailboxes to make, with quotas in units of 1024 octets', () => {
  const input = withMailboxes({
    Jim: { password: 'p ö', quota: { storage: '50K', messages: 5 } },
    petra: { sieve: 'keep;' },
  })
  expect(JSON.parse(file(PATHS.mailboxes, input))).toEqual([
    { localPart: 'jim', domain: 'example.com', password: 'p ö', quota: { STORAGE: 50, MESSAGE: 5 } },
    { localPart: 'petra', domain: 'example.com', password: 'secret', quota: {}, sieve: 'keep;' },
  ])
})

it.each<[string, TopologyInput]>([
  ['accounts', { ...JIM, accounts: 'postgresql' }],
  ['store.localAccounts', { local: { accounts: ['jim'] }, store: { localAccounts: true } }],
  ['store.mailboxFormat', { ...JIM, store: { mailboxFormat: 'mbox' } }],
  ['native.dovecot', { ...JIM, native: { dovecot: { conf: ['mail_debug = yes'] } } }],
  ['recipientDelimiter', { ...JIM, recipientDelimiter: '-' }],
  ['domains', withMailboxes({ 'a/b': {} })],
  ['quota.storage', withMailboxes({ jim: { quota: { storage: 20_001 } } })],
  [
    'quota.full',
    withMailboxes({ jim: { quota: { storage: '1K' } }, petra: { quota: { storage: '1K', full: 'defer' } } }),
  ],
])('says that %s is what it cannot do', (place, input) => {
  expect(() => render(input)).toThrow(
    expect.objectContaining({ name: 'UnsupportedError', message: expect.stringContaining(`${place}: `) }),
  )
})

it('reads what its tools say', () => {
  expect(cyrus.setting('sievedir').parse('servername: a\nsievedir: /var/spool/sieve\n')).toBe('/var/spool/sieve')
  expect(cyrus.setting('no_such').parse('servername: a\n')).toBeUndefined()
  expect(cyrus.version.parse('cyrus-imapd 3.10.2-Debian-3.10.2-1+deb13u2\n')).toBe('3.10.2')
  expect(cyrus.folders('jim@example.com').command).toEqual(['mailrig-ask', 'folders', 'jim@example.com'])
})

it('makes the folders that every mailbox has from the start', () => {
  const topology = parseTopology({
    domains: { 'example.com': { mailboxes: ['jim'] } },
    store: { folders: { Junk: { specialUse: 'Junk' }, Work: {} } },
  })
  expect(mailboxesToMake(topology)).toMatchObject([
    { localPart: 'jim', folders: [{ name: 'Junk', specialUse: 'Junk' }, { name: 'Work' }] },
  ])
})
