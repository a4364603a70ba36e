import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import type { SourceTree } from '../source-tree.ts'
import { dkimKeys, dkimRecord, dkimRecords } from './dkim-keys.ts'
import { milterAddress, readSettings } from './filter.ts'
import { filtersOf } from './filters.ts'
import { opendkim } from './opendkim.ts'

function tree(files: Record<string, string>): SourceTree {
  const entries = Object.entries(files).map(
    ([path, text]) => [path, { path, content: Buffer.from(text), mode: 0o644 }] as const,
  )
  return { label: 'test', files: new Map(entries), left: [] }
}

it.each([
  ['local:/run/opendkim/opendkim.sock', 'unix:/run/opendkim/opendkim.sock'],
  ['unix:/run/x.sock', 'unix:/run/x.sock'],
  ['/run/x.sock', 'unix:/run/x.sock'],
  ['inet:8891@localhost', 'inet:8891'],
  ['inet:8891', 'inet:8891'],
  ['8891', undefined],
  ['', undefined],
])('reads the socket %j', (value, address) => {
  expect(milterAddress(value)).toBe(address)
})

it('reads settings with their lines, and no comments', () => {
  expect(readSettings('# Socket a\nSocket\tinet:1@localhost # here\n\nUserID opendkim\n')).toEqual([
    { name: 'socket', value: 'inet:1@localhost', line: 2 },
    { name: 'userid', value: 'opendkim', line: 4 },
  ])
})

it('runs those whose configuration was given, and asks for what it names', () => {
  const given = tree({ '/etc/opendkim.conf': 'Socket inet:8891@localhost\nTrustAnchorFile /usr/share/dns/root.key\n' })
  expect(filtersOf(given)).toEqual([opendkim])
  expect(filtersOf(tree({ '/etc/postfix/main.cf': '' }))).toEqual([])
  expect(opendkim.packages(given)).toEqual([{ name: 'dns-root-data', from: '/etc/opendkim.conf:2' }])
  expect(opendkim.address(given)).toEqual({ at: 'inet:8891', from: '/etc/opendkim.conf:1' })
})

it('makes a key up where none was given, and publishes the public half of each', () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const given = tree({
    '/etc/opendkim.conf':
      'KeyTable refile:/etc/dkim/keys\nDomain a.example, b.example\nSelector s\nKeyFile /etc/dkim/s.private\n',
    '/etc/dkim/keys': '# name domain:selector:file\nc c.example:t:/etc/dkim/t.private\nany %:u:/etc/dkim/u.private\n',
    '/etc/dkim/t.private': pem,
  })
  const keys = dkimKeys(given)
  expect(keys.map(({ domain, selector, path, from, given }) => [domain, selector, path, from, given])).toEqual([
    ['a.example', 's', '/etc/dkim/s.private', '/etc/opendkim.conf:4', false],
    ['b.example', 's', '/etc/dkim/s.private', '/etc/opendkim.conf:4', false],
    ['c.example', 't', '/etc/dkim/t.private', '/etc/dkim/keys:2', true],
  ])
  expect(keys[0]?.privateKey).toBe(keys[1]?.privateKey)
  expect(dkimKeys(given)).toBe(keys)
  expect(dkimRecords(given)).toEqual([
    { name: 's._domainkey.a.example', text: expect.stringMatching(/^v=DKIM1; k=rsa; p=MII/) },
    { name: 's._domainkey.b.example', text: expect.stringMatching(/^v=DKIM1; k=rsa; p=MII/) },
    { name: 't._domainkey.c.example', text: expect.stringMatching(/^v=DKIM1; k=ed25519; p=[\w+/]{43}=$/) },
  ])
})

it('publishes nothing for what is no key: OpenDKIM says so itself', () => {
  const key = { domain: 'a.example', selector: 's', path: '/k', from: '', privateKey: 'no key', given: true }
  expect(dkimRecord(key)).toBeUndefined()
})
