import { expect, it } from 'vitest'
import { createMask, secretsIn } from './secrets.ts'
import type { SourceTree } from './source-tree.ts'

function treeOf(files: Record<string, string>): SourceTree {
  return {
    label: 'test',
    left: [],
    files: new Map(
      Object.entries(files).map(([path, text]) => [path, { path, content: Buffer.from(text), mode: 0o644 }]),
    ),
  }
}

const HASH = '{SHA512-CRYPT}$6$saltsalt$Wq8eYk1nJ.notReal/0123456789'

it.each([
  [
    'a smarthost login of Postfix',
    '/etc/postfix/sasl_passwd',
    '[smtp.provider.example]:587 jim:Geh3im-Wort\n',
    'Geh3im-Wort',
  ],
  ['a smarthost login of Exim', '/etc/exim4/passwd.client', 'smtp.provider.example:jim:Geh3im-Wort\n', 'Geh3im-Wort'],
  [
    'a smarthost login of sendmail',
    '/etc/mail/authinfo',
    'AuthInfo:smtp.provider.example "U:jim" "P:Geh3im-Wort"\n',
    'Geh3im-Wort',
  ],
  ['a database password of Postfix', '/etc/postfix/mysql.cf', 'user = mail\npassword = Geh3im-Wort\n', 'Geh3im-Wort'],
  [
    'a database password of Dovecot',
    '/etc/dovecot/sql.conf',
    'connect = host=localhost dbname=mail user=mail password=Geh3im-Wort\n',
    'Geh3im-Wort',
  ],
  [
    'a database password of Dovecot 2.4',
    '/etc/dovecot/dovecot.conf',
    'mysql localhost {\n  password = Geh3im-Wort\n}\n',
    'Geh3im-Wort',
  ],
  ['a directory password', '/etc/dovecot/ldap.conf', 'dnpass = Geh3im-Wort\n', 'Geh3im-Wort'],
  ['a hash', '/etc/dovecot/users', `jim@snow.example:${HASH}::::::\n`, HASH],
  ['a plain password of a passwd-file', '/etc/dovecot/users', 'jim:{PLAIN}Geh3im-Wort::::::\n', 'Geh3im-Wort'],
])('%s is masked', (_, path, text, secret) => {
  const mask = createMask(secretsIn(treeOf({ [path]: text })))
  const said = mask(`warning: ${text} and as AUTH PLAIN has it: ${Buffer.from(secret).toString('base64')}`)
  expect(said).not.toContain(secret)
  expect(said).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''))
  expect(said).toContain('warning: ')
})

it('a private key is masked wherever it stands', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----\n'
  expect(createMask([])(`before ${key} after`)).toMatch(/^before •+\s+after$/)
})

it('what is no secret stays', () => {
  const tree = treeOf({
    '/etc/postfix/main.cf': 'smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd\nmyhostname = mail.snow.example\n',
  })
  const text = 'mail.snow.example: hash:/etc/postfix/sasl_passwd'
  expect(createMask(secretsIn(tree))(text)).toBe(text)
})
