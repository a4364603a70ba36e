import { afterEach, expect, it, vi } from 'vitest'
import { createLog } from '../engine/log-follower.ts'
import { Transcript } from '../session/transcript.ts'
import { epochNow } from './clock.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('tells the order of what was seen, also where the host’s clock is set back meanwhile', () => {
  const { log, write } = createLog('mx')
  const transcript = new Transcript('client')
  const before = epochNow()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 })
  write('stdout', Buffer.from('queued\n'))
  const line = log.lines[0]
  expect(line?.at, 'to less than a millisecond').toBeGreaterThanOrEqual(before)
  expect(before).toBeGreaterThanOrEqual(transcript.startedAt.getTime())
  expect(new Transcript('next').startedAt.getTime()).toBeGreaterThanOrEqual(Math.floor(line?.at ?? Number.NaN))
})
