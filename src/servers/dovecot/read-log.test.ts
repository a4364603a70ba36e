import { describe, it } from 'vitest'
import { expectFixtureRead } from '../log-fixture.ts'
import { readLog } from './read-log.ts'

describe('readLog', () => {
  it.each(['dovecot-2.3.19.1', 'dovecot-2.4.1'])('reads every line that %s wrote', async (name) => {
    await expectFixtureRead(import.meta.url, name, readLog)
  })
})
