import { expect, it } from 'vitest'
import { eventFields } from './event-fields.ts'

it('names the kind and the fields, and leaves out what the line says at length', () => {
  const event = {
    event: 'deferred',
    time: 'Nov 22 13:38:44',
    queueId: '4jX',
    from: '',
    to: ['jim@example.com', 'petra@example.com'],
    status: '4.2.1',
    delay: 0.5,
    removed: true,
    reason: 'a long story',
  } as const
  expect(eventFields({ ...event, to: [...event.to] })).toBe(
    'deferred, queueId 4jX, from <>, to jim@example.com petra@example.com, status 4.2.1, delay 0.5, removed',
  )
})

it('has but the kind for a line that tells nothing else', () => {
  expect(eventFields({ event: 'note' })).toBe('note')
})
