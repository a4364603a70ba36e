import { describe, expect, it } from 'vitest'
import { matcherOf } from './match.ts'
import { storedMessage } from './stored-message.ts'

const message = storedMessage({ uid: 1, size: 0 }, Buffer.from('Message-ID: <a@b>\n\n'), async () => Buffer.alloc(0))

describe('matcherOf', () => {
  it.each(['a@b', '<a@b>', { messageId: 'a@b' }])('takes %j for a Message-ID', async (match) => {
    const matcher = matcherOf(match)
    expect(matcher).toMatchObject({ what: 'the message <a@b>', messageId: 'a@b' })
    expect(await matcher.test(message)).toBe(true)
    expect(await matcherOf('another@b').test(message)).toBe(false)
  })

  it('takes a test of one’s own', async () => {
    const matcher = matcherOf(({ uid }) => uid === 1, 'the first')
    expect(matcher.what).toBe('the first')
    expect(matcher.messageId).toBeUndefined()
    expect(await matcher.test(message)).toBe(true)
  })
})
