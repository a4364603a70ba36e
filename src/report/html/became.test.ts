import { describe, expect, it } from 'vitest'
import type { RigRecord, TestRecord } from '../test-record.ts'
import { becameOf, isElsewhere } from './became.ts'

const rig: RigRecord = { mta: 'postfix', store: 'dovecot', release: 'trixie', upstreams: [], topology: {}, files: [] }
const message = { messageId: 'a@b', queueIds: ['4jX'], from: 's@client.example', to: ['jim@example.com'] }
const delivered = { recipient: 'jim@example.com', fate: 'delivered' }
const petra = { user: 'petra@example.com', folder: 'INBOX', uid: 7, messageId: 'a@b' }

function record(more: Partial<TestRecord>): TestRecord {
  return { startedAt: 1, rig: '1', sessions: [], upstreams: [], log: [], ...more }
}

const linesOf = (more: Partial<TestRecord>) =>
  becameOf(record(more), rig).map(({ title, lines }) => [title, ...lines.map(({ tone, text }) => `${tone} ${text}`)])

describe('becameOf', () => {
  it('says first that a message is not where the test expected it, and where it is', () => {
    expect(
      linesOf({
        messages: [{ ...message, fates: [{ ...delivered, as: ['petra@example.com'] }] }],
        missed: [{ mailbox: 'jim@example.com', messageId: 'a@b' }],
        stored: [petra],
      }),
    ).toEqual([
      [
        '<a@b> from <s@client.example> to <jim@example.com>',
        'bad It did not come into jim@example.com, where the test expected it.',
        'bad It is in petra@example.com, INBOX, UID 7: another mailbox than the test expected.',
        'good jim@example.com: delivered to petra@example.com',
      ],
    ])
  })

  it('tells of a mailbox of nobody the envelope names, and of none where it is in none', () => {
    const messages = [{ ...message, fates: [delivered] }]
    expect(linesOf({ messages, stored: [petra] })[0]?.slice(1)).toEqual([
      'later It is in petra@example.com, INBOX, UID 7, whom the envelope does not name.',
      'good jim@example.com: delivered',
    ])
    expect(linesOf({ messages, stored: [{ ...petra, user: 'Jim@example.com' }] })[0]?.slice(1)).toEqual([
      'good It is in Jim@example.com, INBOX, UID 7.',
      'good jim@example.com: delivered',
    ])
    expect(linesOf({ messages, stored: [] })[0]?.slice(1)).toEqual([
      'good jim@example.com: delivered',
      'plain It is in no mailbox of the mail store.',
    ])
    expect(linesOf({ messages })[0]?.slice(1), 'nobody asked').toEqual(['good jim@example.com: delivered'])
    expect(linesOf({ messages, stored: 'not known: gone' })[0]?.at(-1)).toBe('plain In the mail store: not known: gone')
  })

  it('takes what the log of the store says where the store was not asked', () => {
    const log = [{ at: 2, server: 'dovecot', text: 'saved', own: true, stored: 'a@b', storedFor: 'jim@example.com' }]
    expect(linesOf({ messages: [{ ...message, fates: [delivered] }], log })[0]?.at(1)).toBe(
      'good It was stored for jim@example.com.',
    )
  })

  it('has what went wrong before what went well, whole', () => {
    const reason = `550 5.1.1 ${'no such user, '.repeat(20)}really`
    const fates = [
      delivered,
      { recipient: 'x@example.com', fate: 'deferred', reason: '451 later' },
      { fate: 'bounced', reason },
    ]
    expect(linesOf({ messages: [{ queueIds: ['4jX'], fates }] })).toEqual([
      [
        'Message with queue id 4jX',
        `bad bounced: ${reason}`,
        'later x@example.com: deferred: 451 later',
        'good jim@example.com: delivered',
      ],
    ])
  })

  it('names what an upstream was handed, what was refused, and what else came into the store', () => {
    const handed = 'from <s@client.example> to <x@y.example>, Message-ID <a@b>, "Test"'
    const upstreams = [{ at: 3, name: 'upstream', lines: [], messages: [handed] }]
    const bounce = { ...petra, messageId: 'bounce@mx' }
    expect(
      linesOf({ messages: [{ ...message, fates: [] }], upstreams, refused: ['550 5.7.1 no'], stored: [bounce] }),
    ).toEqual([
      ['Refused in a session', 'bad 550 5.7.1 no'],
      [
        '<a@b> from <s@client.example> to <jim@example.com>',
        `good Upstream "upstream" was handed it: ${handed}`,
        'plain It is in no mailbox of the mail store.',
      ],
      ['What came of them, in the mail store', 'good <bounce@mx>: petra@example.com, INBOX, UID 7'],
    ])
  })

  it('says which mailbox was looked into in vain for a message that the test described', () => {
    expect(linesOf({ missed: [{ mailbox: 'jim@example.com' }] })).toEqual([
      ['Expected', 'bad No message that fits came into jim@example.com.'],
    ])
  })

  it('has nothing to say of a record of an earlier version', () => {
    expect(linesOf({})).toEqual([])
  })
})

describe('isElsewhere', () => {
  const missing = record({
    messages: [{ ...message, fates: [] }],
    missed: [{ mailbox: 'jim@example.com', messageId: 'a@b' }],
  })

  it('is about the mailbox the test expected, by name or by local part, in whatever folder', () => {
    expect(isElsewhere(missing, 'a@b', 'petra@example.com')).toEqual(['jim@example.com'])
    expect(isElsewhere(missing, 'other@b', 'petra@example.com')).toBeUndefined()
    expect(isElsewhere(missing, 'a@b', 'JIM@example.com')).toBeUndefined()
    expect(isElsewhere(missing, 'a@b', 'jim')).toBeUndefined()
  })
})
