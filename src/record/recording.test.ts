import { expect, it } from 'vitest'
import { parseSessionFile } from '../session-file/parse.ts'
import { Recording } from './recording.ts'

const FRONT = { title: 'recorded', topology: {} }
const ACCOUNTS = [{ user: 'jim@example.com', password: 'correct horse' }]
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Lines of one connection: `> ` the client's, `< ` the server's; each is one chunk. Gives the dialogue of the file. */
function recorded(...said: string[]): string[] {
  const recording = new Recording('smtp', ACCOUNTS)
  const record = recording.connection()
  for (const line of said) {
    const octets = Buffer.from(`${line.slice(2)}\r\n`, 'latin1')
    if (line.startsWith('>')) record.client(octets)
    else record.server(octets)
  }
  record.clientClosed()
  const file = recording.print(FRONT)
  parseSessionFile(file, 'recorded.smtp')
  return file.trimEnd().split('\n').slice(3)
}

it('keeps codes, and of refusals what else they say as words that assert nothing', () => {
  expect(
    recorded(
      '< 220 mx.example.com ESMTP',
      '> EHLO a.example',
      '< 250-mx.example.com',
      '< 250 SIZE 1000',
      '> RCPT TO:<b>',
      '< 550 5.1.1 "b" /is/ +not 5.7.1 here',
      '> QUIT',
      '< 221 2.0.0 Bye',
    ),
  ).toEqual(['S: 220', 'C: EHLO a.example', 'S: 250', 'C: RCPT TO:<b>', 'S: 550 (5.1.1) here', 'C: QUIT', 'S: 221'])
})

it.each([
  ['PLAIN at once', [`> AUTH PLAIN ${base64('\0jim@example.com\0correct horse')}`], 'plain', 'correct horse'],
  [
    'PLAIN when asked',
    ['> AUTH PLAIN', '< 334 ', `> ${base64('\0jim@example.com\0correct horse')}`],
    'plain',
    'correct horse',
  ],
  [
    'LOGIN',
    [
      '> auth login',
      '< 334 VXNlcm5hbWU6',
      `> ${base64('jim@example.com')}`,
      '< 334 UGFzc3dvcmQ6',
      `> ${base64('other')}`,
    ],
    'login',
    '***',
  ],
  [
    'CRAM-MD5',
    ['> AUTH CRAM-MD5', `< 334 ${base64('<1@a>')}`, `> ${base64('jim@example.com 0123')}`],
    'cram-md5',
    '***',
  ],
])('makes one statement of AUTH %s, and masks every password but the topology’s', (_, said, mechanism, password) => {
  expect(recorded('< 220 a', ...said, '< 235 ok', '> QUIT', '< 221 bye')).toEqual([
    'S: 220',
    `auth ${mechanism} "jim@example.com" "${password}"`,
    'S: 235',
    'C: QUIT',
    'S: 221',
  ])
})

it('masks what it cannot read, and keeps what was broken off', () => {
  expect(recorded('< 220 a', '> AUTH XOAUTH2 c2VjcmV0', '< 334 e30=', '> *', '< 501 cancelled')).toEqual([
    'S: 220',
    'C: AUTH XOAUTH2 ***',
    'S: 334',
    'C: *',
    'S: 501 cancelled',
    'close',
  ])
})

it('keeps every octet of messages and chunks, and takes nothing in them for a command', () => {
  const recording = new Recording('smtp', ACCOUNTS)
  const record = recording.connection()
  record.client(Buffer.from('DATA\r\n'))
  record.server(Buffer.from('354 go\r\n'))
  record.client(Buffer.from('AUTH PLAIN x\r\n..\n\xff\r'.normalize(), 'latin1'))
  record.client(Buffer.from('\n.\r\nBDAT 7 LAST\r\nSTARTTL'))
  record.server(Buffer.from('250 ok\r\n'))
  expect(recording.print(FRONT).split('\n').slice(3, -1)).toEqual([
    'C: DATA',
    'S: 354',
    'C: AUTH PLAIN x',
    String.raw`C: ..\n\xff`,
    'C: .',
    'C: BDAT 7 LAST',
    'C=: STARTTL',
    'S: 250',
  ])
  expect(record.tlsAgreed).toBe(false)
})

it('names connections where there are several, in the order in which they spoke', () => {
  const recording = new Recording('submission', [])
  const [first, second] = [recording.connection(), recording.connection()]
  second.server(Buffer.from('220 b\r\n'))
  first.server(Buffer.from('421 too many\r\n'))
  first.serverClosed()
  second.clientClosed()
  expect(recording.print({ topology: {} }).trimEnd().split('\n')).toEqual([
    'connect(c1) submission',
    'connect(c2) submission',
    'S(c2): 220',
    'S(c1): 421 too many',
    'S(c1): closed',
    'close(c2)',
  ])
})
