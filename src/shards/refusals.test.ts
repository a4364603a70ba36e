import { describe, expect, it } from 'vitest'
import { refuseIncomplete, type ShardDocument } from './refusals.ts'

interface Document extends ShardDocument {
  target: string
}

const shard = (index: number, own: Partial<Document> = {}): Document => ({
  path: `${index}.json`,
  shard: { index, count: 3 },
  commit: 'abc',
  target: 'postfix-trixie',
  ...own,
})
const refusal = (...documents: Document[]) => {
  try {
    return refuseIncomplete(documents, ({ target }) => target)
  } catch (error) {
    return error
  }
}

describe('refuseIncomplete', () => {
  it('takes each shard once, in whatever order', () => {
    expect(refusal(shard(2), shard(3), shard(1))).toBeUndefined()
  })

  it.each([
    ['one that is missing', [shard(1), shard(3)], 'SHARD_MISSING', 'there is no document of shard 2/3'],
    ['one twice', [shard(1), shard(2), shard(3), shard(2, { path: 'x' })], 'SHARD_DOUBLED', 'x and 2.json'],
    [
      'one of another commit',
      [shard(1), shard(2, { commit: 'd' }), shard(3)],
      'SHARD_OF_ANOTHER_COMMIT',
      '2.json is of commit d',
    ],
    [
      'one of another count',
      [shard(1), shard(2, { shard: { index: 2, count: 4 } })],
      'SHARD_OF_ANOTHER_COUNT',
      '2.json is shard 2/4',
    ],
    ['one of another run', [shard(1), shard(2, { target: 'x' }), shard(3)], 'SHARD_FOREIGN', '2.json and 1.json'],
  ] as [string, Document[], string, string][])('refuses %s', (_, documents, code, words) => {
    expect(refusal(...documents)).toMatchObject({ code, exitCode: 2, message: expect.stringContaining(words) })
  })
})
