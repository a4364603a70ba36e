import { expect, it } from 'vitest'
import { loadOptionOf, loadOptionsFrom, refuseContradictions } from './load-words.ts'

it('reads numbers, times and lists', () => {
  expect(
    loadOptionsFrom({
      count: '2000',
      connections: '10',
      duration: '2m',
      wait: '500ms',
      to: 'a@b.example, c@d.example',
    }),
  ).toEqual({ messages: 2000, connections: 10, seconds: 120, waitMs: 500, to: ['a@b.example', 'c@d.example'] })
  expect(loadOptionsFrom({ duration: '1.5', size: '4k', pipelining: false })).toEqual({
    seconds: 1.5,
    size: '4k',
    pipelining: false,
  })
  expect(loadOptionsFrom({})).toEqual({})
})

it.each([
  [{ count: '1e3' }, '--count is a whole number, not "1e3"'],
  [{ messagesPerConnection: '-1' }, '--messages-per-connection is a whole number'],
  [{ duration: '5 minutes' }, '--duration is a time such as 30s'],
  [{ wait: '' }, '--wait is a time'],
])('refuses %j', (words, message) => {
  expect(() => loadOptionsFrom(words)).toThrow(message)
})

it('calls options as the command line has them', () => {
  expect(['messages', 'seconds', 'size'].map(loadOptionOf)).toEqual(['--count', '--duration', '--size'])
})

it('refuses two options that contradict each other', () => {
  expect(() => refuseContradictions(['load', '--pipelining', '--no-pipelining'])).toThrow(
    '--pipelining and --no-pipelining contradict each other',
  )
  refuseContradictions(['load', '--no-pipelining'])
})
