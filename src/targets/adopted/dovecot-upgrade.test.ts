import { describe, expect, it } from 'vitest'
import { dovecotRemedy } from './dovecot-remedies.ts'
import { type DovecotSetting, readDovecot, sectionsOf } from './dovecot-text.ts'
import type { SourceTree } from './source-tree.ts'
import { parseFaults } from './start-dovecot.ts'

function treeOf(files: Record<string, string>): SourceTree {
  return {
    label: 'test',
    left: [],
    files: new Map(
      Object.entries(files).map(([path, text]) => [path, { path, content: Buffer.from(text), mode: 0o644 }]),
    ),
  }
}

const read = (text: string, more: Record<string, string> = {}) =>
  readDovecot(treeOf({ '/etc/dovecot/dovecot.conf': text, ...more }))
const place = ({ at }: DovecotSetting) => `${at.file}:${at.line}`

describe('the text of a configuration', () => {
  it('is read with what it includes, in order, each with its place', () => {
    const settings = read('a = 1\n!include conf.d/*.conf\nb = 2 # why\n', {
      '/etc/dovecot/conf.d/20.conf': 'd = 4\n',
      '/etc/dovecot/conf.d/10.conf': 'c = "3"\n',
    })
    expect(settings.map((one) => `${place(one)} ${one.key}=${one.value}`)).toEqual([
      '/etc/dovecot/dovecot.conf:1 a=1',
      '/etc/dovecot/conf.d/10.conf:1 c=3',
      '/etc/dovecot/conf.d/20.conf:1 d=4',
      '/etc/dovecot/dovecot.conf:3 b=2',
    ])
  })

  it('knows in which section a setting stands', () => {
    const settings = read('service auth {\n  unix_listener /run/auth {\n    mode = 0666\n  }\n}\nx = y\n')
    expect(settings.find(({ key }) => key === 'mode')?.sections).toEqual(['service auth', 'unix_listener /run/auth'])
    expect(settings.find(({ key }) => key === 'x')?.sections).toEqual([])
  })

  it('has as many passdbs as it opens', () => {
    const found = sectionsOf(read('passdb {\n  driver = pam\n}\npassdb {\n  driver = sql\n  args = /x\n}\n'), 'passdb')
    expect(found.map(({ settings }) => settings.length)).toEqual([1, 2])
  })

  it('ends where files include each other', () => {
    expect(read('!include dovecot.conf\na = 1\n').length).toBeGreaterThan(0)
  })
})

describe('what to write on Dovecot 2.4', () => {
  const remedy = (line: string) => dovecotRemedy(read(line)[0] as DovecotSetting)
  it.each([
    [
      'mail_location = maildir:~/Maildir:INDEX=/var/index/%u',
      'mail_driver = maildir, mail_path = ~/Maildir, mail_index_path = /var/index/%{user}',
    ],
    ['ssl_cert = </etc/ssl/mail.pem', 'ssl_server_cert_file = /etc/ssl/mail.pem'],
    ['disable_plaintext_auth = no', 'auth_allow_cleartext = yes'],
    [
      'args = scheme=CRYPT username_format=%n /etc/dovecot/users',
      'default_password_scheme = CRYPT, auth_username_format = %{user | username}, passwd_file_path = /etc/dovecot/users',
    ],
    [
      'args = uid=vmail gid=vmail home=/var/vmail/%d/%n',
      'fields { uid = vmail; gid = vmail; home = /var/vmail/%{user | domain}/%{user | username} }, one a line',
    ],
  ])('in place of %s', (line, expected) => {
    expect(remedy(line)).toBe(expected)
  })

  it('is not told where the release notes name nothing', () => {
    expect(remedy('my_own_setting = 1')).toBeUndefined()
  })

  it('stands beside each fault that Dovecot names', () => {
    const settings = read('ssl = yes\nssl_key = </etc/ssl/mail.key\n')
    const [fault] = parseFaults('/etc/dovecot/dovecot.conf\t2\tssl_key: Unknown setting: ssl_key\n', settings)
    expect(fault).toEqual({
      severity: 'fault',
      server: 'dovecot',
      message: 'ssl_key: Unknown setting: ssl_key',
      place: '/etc/dovecot/dovecot.conf:2',
      remedy: 'ssl_server_key_file = /etc/ssl/mail.key',
    })
  })
})
