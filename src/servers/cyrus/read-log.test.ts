import { describe, expect, it } from 'vitest'
import { expectFixtureRead } from '../log-fixture.ts'
import { readLog } from './read-log.ts'

describe('readLog', () => {
  it.each(['cyrus-3.6.1', 'cyrus-3.10.2'])('reads every line that %s wrote', async (name) => {
    await expectFixtureRead(import.meta.url, name, readLog)
  })

  it('knows the owner of a folder, whose name may have dots', () => {
    const line =
      'Nov 30 01:01:55 store mail.info cyrus/lmtp[26]: Delivered: <1@x> to mailbox: example.com!user.jane^doe.Lists'
    expect(readLog(line)).toMatchObject({ event: 'store', messageId: '1@x', to: ['jane.doe@example.com'] })
  })

  it('gives what it does not know as it is', () => {
    expect(readLog('something else')).toEqual({ event: 'raw' })
  })
})
