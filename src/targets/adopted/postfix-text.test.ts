import { expect, it } from 'vitest'
import { contains } from './contains.ts'
import { parseMainCf, parseMasterCf, tablesIn } from './postfix-text.ts'
import { nextHop } from './world-names.ts'

it('main.cf is read with lines that go on, and with the place of each setting', () => {
  const { settings, broken } = parseMainCf(
    '# why\nmyhostname = a.example\nmynetworks = 127.0.0.0/8\n  # between\n  10.0.0.0/8\n',
  )
  expect(broken).toEqual([])
  expect(settings.map(({ name, value, at }) => [name, value, at.line])).toEqual([
    ['myhostname', 'a.example', 2],
    ['mynetworks', '127.0.0.0/8 10.0.0.0/8', 3],
  ])
})

it('every line without = is told, where Postfix stops at the first', () => {
  const { broken } = parseMainCf('x = 1\nmyhostname\ny = 2\nfoo bar\n')
  expect(broken.map(({ at }) => at.line)).toEqual([2, 4])
})

it('master.cf is read with its -o options, in either form', () => {
  const [service] = parseMasterCf(
    '587 inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n  -o { smtpd_milters = inet:a:1, inet:b:2 }\n',
  )
  expect(service).toMatchObject({ name: '587', type: 'inet', chroot: 'y', command: 'smtpd' })
  expect([...(service?.overrides ?? [])]).toEqual([
    ['smtpd_sasl_auth_enable', 'yes'],
    ['smtpd_milters', 'inet:a:1, inet:b:2'],
  ])
})

it('tables are found in any value, by proxy and in restrictions too', () => {
  expect(
    tablesIn('reject_unauth_destination, check_client_access cidr:/etc/postfix/c, proxy:mysql:/etc/postfix/m.cf'),
  ).toEqual([
    { type: 'cidr', name: '/etc/postfix/c' },
    { type: 'mysql', name: '/etc/postfix/m.cf' },
  ])
  expect(tablesIn('unix:private/auth')).toEqual([{ type: 'unix', name: 'private/auth' }])
})

it.each([
  ['[smtp.provider.example]:587', { name: 'smtp.provider.example', port: 587 }],
  ['relay:[smtp.provider.example]:submission', { name: 'smtp.provider.example', port: 587 }],
  ['smtp.provider.example', { name: 'smtp.provider.example', port: 25 }],
  ['lmtp:unix:private/dovecot-lmtp', undefined],
  ['[192.0.2.1]:587', undefined],
])('the next hop %s', (value, expected) => {
  expect(nextHop(value)).toEqual(expected)
})

it.each([
  ['198.18.7.0/24', '198.18.7.1', true],
  ['198.18.7.0/24', '203.0.113.25', false],
  ['0.0.0.0/0', '203.0.113.25', true],
  ['203.0.113.25', '203.0.113.25', true],
  ['[::1]/128', '203.0.113.25', false],
])('whether %s has %s', (network, address, expected) => {
  expect(contains(network, address)).toBe(expected)
})
