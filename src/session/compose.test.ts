import { describe, expect, it } from 'vitest'
import { headerField, headerFields } from '../message/header-fields.ts'
import { compose } from './compose.ts'

describe('compose', () => {
  it('fills in what is left out', async () => {
    const { content, messageId, envelope } = await compose({ to: ['Jim <jim@example.com>', 'petra@example.com'] })
    const fields = headerFields(content)
    expect(messageId).toMatch(/^[0-9a-f-]{36}@mailrig\.example$/)
    expect(headerField(fields, 'message-id')).toBe(`<${messageId}>`)
    expect(headerField(fields, 'from')).toBe('sender@client.example')
    expect(headerField(fields, 'x-mailer')).toBeUndefined()
    expect(envelope).toEqual({ from: 'sender@client.example', to: ['jim@example.com', 'petra@example.com'] })
    expect(content.toString().replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  it('gives each message an identity of its own', async () => {
    const [one, two] = await Promise.all([compose({ to: 'a@b.example' }), compose({ to: 'a@b.example' })])
    expect(one.messageId).not.toBe(two.messageId)
    expect(headerField(headerFields(one.content), 'subject')).not.toBe(
      headerField(headerFields(two.content), 'subject'),
    )
  })

  it('leaves out fields on request, and takes an envelope that differs', async () => {
    const { content, envelope } = await compose({
      to: 'a@b.example',
      bcc: 'hidden@b.example',
      messageId: null,
      date: null,
      envelope: { from: '' },
    })
    const names = headerFields(content).map(([name]) => name.toLowerCase())
    expect(names).toContain('subject')
    expect(names).not.toContain('message-id')
    expect(names).not.toContain('date')
    expect(names).not.toContain('bcc')
    expect(envelope).toEqual({ from: '', to: ['a@b.example', 'hidden@b.example'] })
  })

  it.each([500, 575, 576, 577, 578, 579, 10_000])('makes a message of exactly %i octets', async (size) => {
    const { content } = await compose({ to: 'a@b.example', subject: 'Size', size })
    expect(content).toHaveLength(size)
    expect(content.subarray(-2).toString()).toBe('\r\n')
    expect(
      content
        .toString()
        .split('\r\n')
        .every((line) => line.length <= 998),
    ).toBe(true)
  })

  it('takes a size as a topology does', async () => {
    expect((await compose({ to: 'a@b.example', size: '2K' })).content).toHaveLength(2048)
    await expect(compose({ to: 'a@b.example', size: '2KB' })).rejects.toMatchObject({
      code: 'SIZE_INVALID',
      exitCode: 2,
    })
  })

  it('says why a size cannot be had', async () => {
    await expect(compose({ to: 'a@b.example', size: 10 })).rejects.toThrow('size is 10 octets, but header and text')
    await expect(compose({ to: 'a@b.example', text: 'é', size: 9999 })).rejects.toThrow('plain ASCII text only')
  })
})
