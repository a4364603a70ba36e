import { expect, it } from 'vitest'
import { describeMessage, storedMessage } from './stored-message.ts'

const RAW = Buffer.from(
  [
    'From: "Sender, A." <a@client.example>',
    'To: Jim <jim@example.com>, team: petra@example.com, joe@example.com;',
    'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
    'Message-ID: <1@client.example>',
    '',
    'Hello.',
  ].join('\r\n'),
)

it('describes a message by its header, and parses it once', async () => {
  let reads = 0
  const message = storedMessage({ uid: 7, size: RAW.length, flags: ['\\Seen'] }, RAW, async () => {
    reads += 1
    return RAW
  })
  expect(message).toMatchObject({
    uid: 7,
    messageId: '1@client.example',
    subject: 'Grüße',
    from: 'a@client.example',
    to: ['jim@example.com', 'petra@example.com', 'joe@example.com'],
  })
  expect((await message.parsed()).text?.trim()).toBe('Hello.')
  await message.parsed()
  expect(reads).toBe(1)
  expect(describeMessage(message)).toBe('<1@client.example> "Grüße"')
})

it('describes a message without a header', () => {
  const message = storedMessage({ uid: 1, size: 0 }, Buffer.alloc(0), async () => Buffer.alloc(0))
  expect(message).toMatchObject({ subject: '', to: [] })
  expect(message.messageId).toBeUndefined()
  expect(message.from).toBeUndefined()
})
