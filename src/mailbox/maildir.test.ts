import { expect, it } from 'vitest'
import { readMaildir } from './maildir.ts'

it('reads new and cur in the order of delivery, with flags', () => {
  const content = Buffer.from('Subject: x\n\n')
  const messages = readMaildir([
    { path: 'cur/1700000002.M2.host:2,FS', content: Buffer.from('Subject: seen\n\n') },
    { path: 'new/1700000001.M1.host', content: Buffer.from('Subject: new\n\n') },
    { path: 'tmp/1700000000.M0.host', content },
    { path: '.Junk/new/1700000003.M3.host', content: Buffer.from('Subject: junk\n\n') },
    { path: 'dovecot-uidlist', content },
  ])
  expect(messages.map(({ uid, subject, flags }) => [uid, subject, [...flags]])).toEqual([
    [1, 'new', []],
    [2, 'seen', ['\\Flagged', '\\Seen']],
    [3, 'junk', []],
  ])
  expect(messages[0]?.internalDate).toEqual(new Date(1_700_000_001_000))
})
