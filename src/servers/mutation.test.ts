import { expect, it } from 'vitest'
import type { ConfigFormat } from './mutation.ts'
import { mtaNamed, storeNamed } from './registry.ts'

const formats = (server: { mutation?: { formatOf(path: string): ConfigFormat | undefined } }, paths: string[]) =>
  paths.map((path) => server.mutation?.formatOf(path))

it('each server says of its files how they are written, and leaves keys and compiled tables', () => {
  expect(
    formats(mtaNamed('postfix'), [
      '/etc/postfix/main.cf',
      '/etc/postfix/master.cf',
      '/etc/postfix/virtual',
      '/etc/postfix/access_client',
      '/etc/postfix/relay_networks.cidr',
      '/etc/postfix/pgsql_aliases.cf',
      '/etc/aliases',
      '/etc/postfix/tls.pem',
      '/etc/postfix/virtual.db',
      '/etc/dovecot/users',
    ]),
  ).toEqual([
    'parameters',
    'services',
    'table',
    'access-table',
    'access-table',
    'parameters',
    'table',
    undefined,
    undefined,
    undefined,
  ])
  expect(
    formats(mtaNamed('exim'), [
      '/etc/exim4/exim4.conf',
      '/etc/exim4/conf.d/acl/30_x',
      '/etc/exim4/catch-all',
      '/etc/exim4/exim.key',
    ]),
  ).toEqual(['sections', 'sections', 'table', undefined])
  expect(
    formats(mtaNamed('sendmail'), [
      '/etc/mail/sendmail.mc',
      '/etc/mail/access',
      '/etc/mail/virtusertable',
      '/etc/mail/tls/server.key',
    ]),
  ).toEqual(['macros', 'access-table', 'table', undefined])
  expect(formats(mtaNamed('opensmtpd'), ['/etc/smtpd.conf', '/etc/mail/virtual', '/etc/mail/smtpd.key'])).toEqual([
    'rules',
    'table',
    undefined,
  ])
  expect(
    formats(storeNamed('dovecot'), [
      '/etc/dovecot/dovecot.conf',
      '/var/vmail/x/jim/sieve/a.sieve',
      '/etc/dovecot/tls.key',
    ]),
  ).toEqual(['blocks', 'sieve', undefined])
})

it.each(['postfix', 'exim', 'sendmail'])('%s prints no file that is a lookup table', (name) => {
  const { mutation } = mtaNamed(name)
  expect(mutation?.dump?.covers('/etc/aliases')).toBe(false)
})
