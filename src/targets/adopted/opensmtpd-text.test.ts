import { expect, it } from 'vitest'
import { askOpenSmtpd, smtpdComplaints } from './ask-opensmtpd.ts'
import { smtpdStatements, tableValues, wordAfter } from './opensmtpd-text.ts'
import type { SourceTree } from './source-tree.ts'
import { surveyTree } from './survey.ts'

function tree(files: Record<string, string>): SourceTree {
  const all = Object.entries(files).map(
    ([path, text]) => [path, { path, content: Buffer.from(text), mode: 0o644 }] as const,
  )
  return { label: 'a test', files: new Map(all), left: [] }
}

const OFFICE = tree({
  '/etc/smtpd.conf': `# comment
table domains { "a.example", # the first
  b.example }
table friends file:/etc/mail/friends
listen on 0.0.0.0 port submission \\
  tls-require auth
listen on socket
smtp max-message-size "35M"
action "local" maildir
action "out" relay host smtp+tls://secret@relay.example:587
match from any for domain <domains> action "local"
match from src <friends> for any action "out"
match from any auth for any action "out"
match from any for any reject
`,
  '/etc/mail/friends': '# of the office\n192.0.2.0/24\n198.51.100.7\n',
})

it('joins lines in braces and behind a backslash, with the place of the first', () => {
  const [table, , listen] = smtpdStatements(OFFICE)
  expect(table).toEqual({
    words: ['table', 'domains', 'a.example', 'b.example'],
    at: { file: '/etc/smtpd.conf', line: 2 },
  })
  expect(listen).toMatchObject({ at: { line: 5 } })
  expect(listen && wordAfter(listen, 'port')).toBe('submission')
  expect(tableValues(OFFICE, 'friends')).toEqual(['192.0.2.0/24', '198.51.100.7'])
  expect(tableValues(OFFICE, 'nowhere')).toEqual([])
})

const answer =
  (exitCode: number, stderr = '') =>
  async () => ({ exitCode, stdout: '', stderr })

it('reads what the configuration says of itself', async () => {
  const says = await askOpenSmtpd(answer(0), surveyTree(OFFICE))
  expect(says.domains.map(({ name, from }) => [name, from])).toEqual([
    ['a.example', '/etc/smtpd.conf:11'],
    ['b.example', '/etc/smtpd.conf:11'],
  ])
  expect(says.networks).toEqual(['127.0.0.0/8', '192.0.2.0/24', '198.51.100.7'])
  expect(says).toMatchObject({ sizeLimit: 35 << 20, recipientDelimiter: '+', findings: [] })
  expect(says.ports.map(({ port, from }) => [port, from])).toEqual([[587, '/etc/smtpd.conf:5']])
})

it('lists every line that OpenSMTPD refuses', async () => {
  const stderr = '/etc/smtpd.conf:3: syntax error\n/etc/smtpd.conf:9: no such table: x\n'
  expect(smtpdComplaints(stderr).map(({ place, message }) => [place, message])).toEqual([
    ['/etc/smtpd.conf:3', 'syntax error'],
    ['/etc/smtpd.conf:9', 'no such table: x'],
  ])
  const other = await askOpenSmtpd(answer(1, 'smtpd: it is broken'), surveyTree(OFFICE))
  expect(other.findings).toMatchObject([
    { severity: 'fault', message: 'smtpd: it is broken', place: '/etc/smtpd.conf' },
  ])
})
