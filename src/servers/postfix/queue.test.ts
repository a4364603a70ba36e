import { describe, expect, it } from 'vitest'
import { MailrigError } from '../../errors/mailrig-error.ts'
import { parseQueue } from './queue.ts'

/** Written by postqueue of Postfix 3.10.13. */
const ACTIVE =
  '{"queue_name": "active", "queue_id": "4jXRFj2ymhzFlt5", "arrival_time": 1795345849, "message_size": 333, "forced_expire": false, "sender": "a@client.example", "recipients": [{"address": "busy@partner.example"}]}\n'
const DEFERRED =
  '{"queue_name": "deferred", "queue_id": "4jXRlJ6B7kzLHRd", "arrival_time": 1795347180, "message_size": 284, "forced_expire": false, "sender": "a@client.example", "recipients": [{"address": "busy@remote.example", "delay_reason": "host up.example[10.77.42.1] said: 451 4.3.0 later (in reply to RCPT TO command)"}]}\n'

describe('parseQueue', () => {
  it('finds nothing in an empty queue', () => {
    expect(parseQueue('')).toEqual([])
  })

  it('reads a message a line, with the reason it waits', () => {
    expect(parseQueue(ACTIVE + DEFERRED)).toEqual([
      {
        queueId: '4jXRFj2ymhzFlt5',
        sender: 'a@client.example',
        size: 333,
        arrival: 1795345849000,
        state: 'active',
        recipients: [{ address: 'busy@partner.example' }],
      },
      {
        queueId: '4jXRlJ6B7kzLHRd',
        sender: 'a@client.example',
        size: 284,
        arrival: 1795347180000,
        state: 'deferred',
        recipients: [
          {
            address: 'busy@remote.example',
            reason: 'host up.example[10.77.42.1] said: 451 4.3.0 later (in reply to RCPT TO command)',
          },
        ],
      },
    ])
  })

  it('lists a message once that was deferred while postqueue went from queue to queue', () => {
    const moved = DEFERRED.replace('4jXRlJ6B7kzLHRd', '4jXRFj2ymhzFlt5')
    expect(parseQueue(ACTIVE + moved)).toMatchObject([{ queueId: '4jXRFj2ymhzFlt5', state: 'deferred' }])
  })

  it.each([
    ['hold', 'hold'],
    ['incoming', 'active'],
    ['maildrop', 'active'],
  ])('takes the queue named %s for %s', (name, state) => {
    expect(parseQueue(ACTIVE.replace('"active"', `"${name}"`))[0]?.state).toBe(state)
  })

  it('says what it got instead of a queue', () => {
    expect(() => parseQueue('postqueue: fatal: Queue report unavailable - mail system is down')).toThrow(MailrigError)
  })
})
