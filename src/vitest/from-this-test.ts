import type { StoredMessage } from '../mailbox/stored-message.ts'
import { headerSection } from '../message/header-fields.ts'
import type { TestCase } from './test-case.ts'

/** Lists a mailbox once the MTA has done with every message of the test, and gives those that are the test's. */
export async function fromThisTest(testCase: TestCase, list: () => Promise<StoredMessage[]>): Promise<StoredMessage[]> {
  await testCase.settled()
  const messageIds = new Set(testCase.accepted().flatMap(({ messageId }) => (messageId ? [messageId] : [])))
  const queueIds = testCase.queueIds()
  const stored = await list()
  const own = await Promise.all(
    stored.map(async (message) => messageIds.has(message.messageId ?? '') || (await isTraced(message, queueIds))),
  )
  return stored.filter((_, index) => own[index])
}

/** Messages without a known Message-ID are recognised by the queue id in their trace lines (RFC 5321 §4.4). */
async function isTraced(message: StoredMessage, queueIds: readonly string[]): Promise<boolean> {
  const header = headerSection(await message.raw())
  return queueIds.some((queueId) => header.includes(queueId))
}
