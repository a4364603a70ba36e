import { expect, it } from 'vitest'
import { WaitError } from '../../errors/mailrig-error.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import { toHaveRelayed } from './to-have-relayed.ts'

/** An upstream that was handed one message, which `next` has given out. */
const upstream = {
  messages: [
    { messageId: 'a@example.com', from: 'jim@example.com', to: ['x@y.example'], subject: 's', describe: () => 'it' },
  ],
  next: async () => {
    throw new WaitError('nothing came')
  },
} as unknown as Upstream

it.each([
  [{ messageId: 'a@example.com' }, true],
  [{ messageId: '<a@example.com>', from: 'jim@example.com' }, true],
  [{ messageId: 'a@example.com', from: 'petra@example.com' }, false],
  [{ messageId: 'b@example.com' }, false],
  [{ from: 'jim@example.com' }, false],
])('holds a message that is there against the whole pattern %j', async (pattern, pass) => {
  expect(await toHaveRelayed.run(upstream, pattern)).toMatchObject({ pass })
})
