import { expect, it } from 'vitest'
import { adoption } from './adoption.ts'

const FILES = {
  '/etc/mail/sendmail.mc': `dnl define(\`confMAX_HOP', \`1')dnl
define(\`confPRIVACY_FLAGS', \`goaway')dnl
define(\`confPRIVACY_FLAGS',\`noexpn')dnl
FEATURE(\`access_db')dnl
FEATURE(promiscuous_relay)dnl
DAEMON_OPTIONS(\`Port=smtp, Name=MTA')dnl
define(\`confDOMAIN_NAME', \`mail.shop.example')dnl
`,
  '/etc/mail/sendmail.cf': 'O MaxMessageSize=1000\nO MaxHopCount=25\n',
  '/etc/mail/access': '# who may\nConnect:127.0.0.1\tRELAY\nFrom:spam.example REJECT\nConnect:203\t\tRELAY\n',
  '/etc/mail/relay-domains': '\npartner.example\n',
}

it.each([
  ['confPRIVACY_FLAGS', "/etc/mail/sendmail.mc:3 define(`confPRIVACY_FLAGS',`noexpn')"],
  ['promiscuous_relay', '/etc/mail/sendmail.mc:5 FEATURE(promiscuous_relay)'],
  ['DAEMON_OPTIONS', "/etc/mail/sendmail.mc:6 DAEMON_OPTIONS(`Port=smtp, Name=MTA')"],
  ['$j', "/etc/mail/sendmail.mc:7 define(`confDOMAIN_NAME', `mail.shop.example')"],
  ['access_db', '/etc/mail/access:4 Connect:203 RELAY'],
  ['relay-domains', '/etc/mail/relay-domains:2 partner.example'],
  ['confMAX_MESSAGE_SIZE', '/etc/mail/sendmail.cf:1 O MaxMessageSize=1000'],
  ['confMAX_HOP', '/etc/mail/sendmail.cf:2 O MaxHopCount=25'],
  ['virtusertable', undefined],
])('finds what decides %s', (word, line) => {
  const found = adoption.deciding?.(word, new Map(Object.entries(FILES)))
  expect(found && `${found.file}:${found.line} ${found.text}`).toBe(line)
})

it('has the feature where no row of the table lets anybody relay', () => {
  const files = new Map(Object.entries({ ...FILES, '/etc/mail/access': 'Connect:127 RELAY\n' }))
  expect(adoption.deciding?.('access_db', files)).toMatchObject({ file: '/etc/mail/sendmail.mc', line: 4 })
})
