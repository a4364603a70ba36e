import { describe, expect, it } from 'vitest'
import { readMbox } from './mbox.ts'

const MBOX = [
  'From sender@client.example  Sat Nov 22 10:50:31 2025',
  'Subject: one',
  'Message-ID: <one@client.example>',
  '',
  'First.',
  '>From the start',
  '>>From further back',
  'From here on: no empty line before, so no new message.',
  '',
  'From MAILER-DAEMON Sat Nov  1 01:02:03 2025',
  'Subject: two',
  '',
  'Second.',
  '',
  '',
].join('\n')

describe('readMbox', () => {
  it('splits messages at From lines and takes quoting away', async () => {
    const messages = readMbox(Buffer.from(MBOX))
    expect(messages.map(({ uid, subject, messageId }) => [uid, subject, messageId])).toEqual([
      [1, 'one', 'one@client.example'],
      [2, 'two', undefined],
    ])
    expect(messages.map(({ internalDate }) => internalDate?.toISOString())).toEqual([
      '2025-11-22T10:50:31.000Z',
      '2025-11-01T01:02:03.000Z',
    ])
    const raws = await Promise.all(messages.map((message) => message.raw()))
    expect(raws[0]?.toString().split('\n').slice(3)).toEqual([
      'First.',
      'From the start',
      '>From further back',
      'From here on: no empty line before, so no new message.',
      '',
    ])
    expect(raws[1]?.toString()).toBe('Subject: two\n\nSecond.\n')
  })

  it('finds nothing in an empty file', () => {
    expect(readMbox(Buffer.alloc(0))).toEqual([])
  })

  it('reads a file whose last message has no end', async () => {
    const [message] = readMbox(Buffer.from('From a Sat Nov 22 10:50:31 2025\nSubject: cut\n\nbo'))
    expect((await message?.raw())?.toString()).toBe('Subject: cut\n\nbo')
  })
})
