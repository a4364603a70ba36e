import { describe, expect, it } from 'vitest'
import { parseShard, shardName } from './shard.ts'

describe('parseShard', () => {
  it('reads i/n', () => {
    expect(parseShard('2/4')).toEqual({ index: 2, count: 4 })
    expect(shardName({ index: 2, count: 4 })).toBe('2/4')
  })

  it.each(['', '0/4', '5/4', '1', '1/', 'a/4', '1/0', '-1/4', '1.5/4', '1/4 ', '1/1000000000'])(
    'refuses %j',
    (text) => {
      expect(() => parseShard(text)).toThrow(
        expect.objectContaining({
          code: 'SHARD_OPTION',
          exitCode: 2,
          message: expect.stringContaining('expected is i/n'),
        }),
      )
    },
  )
})

describe('--shard auto', () => {
  it.each([
    ['what somebody set', { MAILRIG_SHARD: '3/8', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' }, { index: 3, count: 8 }],
    ['GitLab, which counts from 1', { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' }, { index: 1, count: 2 }],
    ['Kubernetes, which counts from 0', { JOB_COMPLETION_INDEX: '0', JOB_COMPLETIONS: '2' }, { index: 1, count: 2 }],
  ])('goes by %s', (_, env, shard) => {
    expect(parseShard('auto', env)).toEqual(shard)
  })

  it.each([
    ['nobody', {}, 'the environment does not say which shard this is'],
    ['half of it', { JOB_COMPLETION_INDEX: '0' }, 'JOB_COMPLETIONS is not set'],
    [
      'nonsense',
      { JOB_COMPLETION_INDEX: 'x', JOB_COMPLETIONS: '2' },
      'JOB_COMPLETION_INDEX and JOB_COMPLETIONS is "x/2"',
    ],
    ['one too many', { JOB_COMPLETION_INDEX: '2', JOB_COMPLETIONS: '2' }, '"3/2"'],
  ])('refuses %s', (_, env, message) => {
    expect(() => parseShard('auto', env)).toThrow(
      expect.objectContaining({ code: 'SHARD_OPTION', message: expect.stringContaining(message) }),
    )
  })
})
