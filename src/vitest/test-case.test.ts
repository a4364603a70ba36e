import { expect, it } from 'vitest'
import type { Scope } from '../rig/message-tracker.ts'
import type { Rig } from '../rig/rig.ts'
import type { RigSendOptions } from '../rig/way-in.ts'
import { TestCase } from './test-case.ts'

/** A rig that takes messages and remembers what it was asked to wait for. */
function rigOf() {
  const asked: Scope[] = []
  let sent = 0
  const rig = {
    upstreams: {},
    async send() {
      sent += 1
      return { messageId: `${sent}@client.example`, queueIds: [`Q${sent}`], transcript: [] }
    },
    mta: {
      queueIdIn: () => undefined,
      queueIdsOf: ({ queueIds = [] }: { queueIds?: string[] }) => queueIds,
      async settled(_messages: unknown, _timeoutMs: unknown, scope: Scope) {
        asked.push(scope)
      },
    },
  }
  return { rig: rig as unknown as Rig, asked }
}

const MESSAGE = {} as RigSendOptions

it('takes neither the messages of other tests for its own, nor those of tests that have ended', async () => {
  const { rig, asked } = rigOf()
  const ended = new TestCase(rig)
  await ended.send(MESSAGE)
  // The log may tell of a message when the test that sent it is over: it was found in the mailbox.
  ended.close()
  const beside = new TestCase(rig)
  await beside.send(MESSAGE)
  const own = new TestCase(rig)
  await own.send(MESSAGE)
  await own.settled()
  expect(asked[0]?.except?.()).toEqual(['Q1', 'Q2'])
})
